import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Link, useLocation } from 'react-router'
import { useLeave, useVerify } from '@/features/auth/api/mutations'
import { FactorChoice } from '@/features/auth/components/factor-choice'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Skeleton } from '@/components/ui/skeleton'
import { toProblem, type Problem } from '@/lib/api/problem'
import { factorsQuery } from '@/lib/api/queries'
import { applyProblem } from '@/lib/apply-problem'
import { useConfig } from '@/lib/use-config'

/** The person shows who they are, with what they have enrolled. Leaving it leaves everything as it was. */
export function StepUpDialog({ onEnd }: { onEnd: (confirmed: boolean) => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onEnd(false)
      }}
      title="Confirm that it is you"
      detail="This act needs it. You are not asked again for ten minutes."
    >
      <Proof onDone={() => onEnd(true)} />
    </Dialog>
  )
}

function Proof({ onDone }: { onDone: () => void }) {
  const factors = useQuery({ ...factorsQuery, staleTime: 0 })
  const verify = useVerify()
  if (factors.error) return <ProblemAlert error={factors.error} />
  if (!factors.data) return <Skeleton className="h-24" />
  if (factors.data.at_issuer) return <AtIssuer />
  if (factors.data.step_up.length === 0) return factors.data.password ? <PasswordForm onDone={onDone} /> : <NoWay />
  const show = async (shown: Parameters<typeof verify.mutateAsync>[0]) => {
    await verify.mutateAsync(shown)
    onDone()
  }
  return <FactorChoice kinds={factors.data.step_up} onShow={show} submit="Confirm" />
}

/** Who has nothing else signs in at the issuer again, and comes back to this page. */
function AtIssuer() {
  const name = useConfig().sign_in_with ?? 'the other site'
  const { pathname, search } = useLocation()
  const leave = useLeave()
  return (
    <div className="grid gap-4">
      <p>You sign in again at {name} and come back to this page. Then do once more what you were about to do.</p>
      <ProblemAlert error={leave.error} />
      <Button
        variant="primary"
        size="lg"
        pending={leave.isPending || leave.isSuccess}
        onClick={() => leave.mutate({ way: 'verify', back: pathname + search })}
      >
        Continue with {name}
      </Button>
    </div>
  )
}

function NoWay() {
  return (
    <p>
      Your account has no password yet.{' '}
      <Link to="/forgot" className="font-medium text-accent underline underline-offset-2">
        Have a link sent to you
      </Link>{' '}
      to choose one, then sign in with it.
    </p>
  )
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const form = useForm({ defaultValues: { password: '' } })
  const verify = useVerify()
  const [problem, setProblem] = useState<Problem | null>(null)
  const send = form.handleSubmit(async ({ password }) => {
    setProblem(null)
    try {
      await verify.mutateAsync({ kind: 'password', password })
      onDone()
    } catch (error) {
      setProblem(applyProblem(form, toProblem(error), { '/password': 'password' }))
      form.setFocus('password', { shouldSelect: true })
    }
  })
  return (
    <Form className="grid gap-4" onSubmit={(e) => void send(e)}>
      <ProblemAlert error={problem} />
      <Field label="Your password" error={form.formState.errors.password?.message}>
        <PasswordInput
          autoComplete="current-password"
          {...form.register('password', { required: 'Enter your password.' })}
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={verify.isPending}>
        Confirm
      </Button>
    </Form>
  )
}
