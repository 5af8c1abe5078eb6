import { zodResolver } from '@hookform/resolvers/zod'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import { Link, useSearchParams } from 'react-router'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { usePasskeySignIn, useSignIn } from '@/features/auth/api/mutations'
import { PasskeyButton } from '@/features/auth/components/passkey-button'
import { useFillIn } from '@/features/auth/use-fill-in'
import { signInSchema, type SignInForm } from '@/features/auth/schemas'
import { Problem, toProblem } from '@/lib/api/problem'
import type { Challenge } from '@/lib/api/types'
import { applyProblem } from '@/lib/apply-problem'
import { hasPasskeys } from '@/lib/passkeys'
import { useConfig } from '@/lib/use-config'
import { useTitle } from '@/lib/use-title'

// Few are asked for it, and the first page is to be light.
const SecondFactor = lazy(() =>
  import('@/features/auth/components/second-factor').then((m) => ({ default: m.SecondFactor })),
)

/** A refused sign-in says so plainly, and not which half was wrong. */
function inWords(error: unknown): Problem {
  const problem = toProblem(error)
  if (problem.status !== 401) return problem
  return new Problem({
    status: 401,
    code: problem.code,
    title: 'Not signed in',
    detail: 'This email address and password do not match. Check both and try again.',
  })
}

export function SignInPage() {
  const [challenge, setChallenge] = useState<Challenge | null>(null)
  if (!challenge) return <FirstFactor onChallenge={setChallenge} />
  return (
    <Suspense fallback={null}>
      <SecondFactor challenge={challenge} onBack={() => setChallenge(null)} />
    </Suspense>
  )
}

function FirstFactor({ onChallenge }: { onChallenge: (challenge: Challenge) => void }) {
  useTitle('Sign in')
  const [params] = useSearchParams()
  const signIn = useSignIn()
  const form = useForm<SignInForm>({ resolver: zodResolver(signInSchema), defaultValues: { email: '', password: '' } })
  const [problem, setProblem] = useState<Problem | null>(null)
  const { errors } = form.formState
  const { setFocus } = form

  // Not on touch, where the keyboard would cover the page.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) setFocus('email')
  }, [setFocus])

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      const answer = await signIn.mutateAsync(values)
      if ('challenge' in answer) onChallenge(answer.challenge)
    } catch (error) {
      setProblem(applyProblem(form, inWords(error), { '/email': 'email', '/password': 'password' }))
      setFocus('password', { shouldSelect: true })
    }
  })

  return (
    <div className="grid gap-5">
      <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
      <ByPasskey />
      <Form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        <ProblemAlert error={problem} />
        <Field label="Email" error={errors.email?.message}>
          <Input
            type="email"
            autoComplete="username webauthn"
            inputMode="email"
            autoCapitalize="none"
            {...form.register('email')}
          />
        </Field>
        <Field label="Password" error={errors.password?.message}>
          <PasswordInput autoComplete="current-password" {...form.register('password')} />
        </Field>
        <Button type="submit" variant="primary" size="lg" pending={signIn.isPending}>
          Sign in
        </Button>
      </Form>
      <p className="text-muted">
        <Link to="/forgot" className="font-medium text-accent underline underline-offset-2">
          Forgot your password?
        </Link>
      </p>
      <p className="text-muted">
        New here?{' '}
        <Link
          to={{ pathname: '/register', search: params.toString() }}
          className="font-medium text-accent underline underline-offset-2"
        >
          Create an account
        </Link>
      </p>
    </div>
  )
}

/** The way without a password, where panel and browser have it. */
function ByPasskey() {
  const offered = useConfig().no_passkeys_because == null
  const passkey = usePasskeySignIn()
  useFillIn(offered && !passkey.isPending)
  if (!offered) return null
  if (!hasPasskeys()) {
    return <p className="text-[13px] text-muted">This browser has no passkeys here. Sign in with your password.</p>
  }
  return (
    <>
      <PasskeyButton variant="secondary" label="Sign in with a passkey" onShow={() => passkey.mutateAsync({})} />
      <div className="flex items-center gap-3 text-[13px] text-muted">
        <span aria-hidden className="h-px flex-1 bg-border" />
        or with your password
        <span aria-hidden className="h-px flex-1 bg-border" />
      </div>
    </>
  )
}
