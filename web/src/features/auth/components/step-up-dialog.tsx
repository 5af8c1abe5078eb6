import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useVerify } from '@/features/auth/api/mutations'
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
  if (factors.data.step_up.length === 0) return <PasswordForm onDone={onDone} />
  const show = async (shown: Parameters<typeof verify.mutateAsync>[0]) => {
    await verify.mutateAsync(shown)
    onDone()
  }
  return <FactorChoice kinds={factors.data.step_up} onShow={show} submit="Confirm" />
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
