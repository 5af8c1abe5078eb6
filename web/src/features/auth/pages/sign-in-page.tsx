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
import { ContinueWith } from '@/features/auth/components/continue-with'
import { PasskeyButton } from '@/features/auth/components/passkey-button'
import { useFillIn } from '@/features/auth/use-fill-in'
import { signInSchema, type SignInForm } from '@/features/auth/schemas'
import { Problem, toProblem } from '@/lib/api/problem'
import type { Challenge } from '@/lib/api/types'
import { applyProblem } from '@/lib/apply-problem'
import { OUTCOME } from '@/lib/elsewhere'
import { hasPasskeys } from '@/lib/passkeys'
import { useConfig } from '@/lib/use-config'
import { useTitle } from '@/lib/use-title'

// Few are asked for it, and the first page is to be light.
const SecondFactor = lazy(() =>
  import('@/features/auth/components/second-factor').then((m) => ({ default: m.SecondFactor })),
)

const ComeBack = lazy(() => import('@/features/auth/components/come-back').then((m) => ({ default: m.ComeBack })))

/** What went wrong on the way to another site, in words that no other page loads. */
const WentWrong = lazy(async () => {
  const { problemOf } = await import('@/lib/elsewhere-words')
  const Words = ({ word, name }: { word: string; name: string | null | undefined }) => (
    <ProblemAlert error={problemOf(word, name)} />
  )
  return { default: Words }
})

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

/** What came of a way to another site that continues here. */
const CONTINUES = ['signed_in', 'second_factor']

export function SignInPage() {
  const [challenge, setChallenge] = useState<Challenge | null>(null)
  const [params, setParams] = useSearchParams()
  const word = params.get(OUTCOME)
  const forget = () => setParams((old) => new URLSearchParams([...old].filter(([key]) => key !== OUTCOME)))
  if (word !== null && CONTINUES.includes(word)) {
    return (
      <Suspense fallback={null}>
        <ComeBack word={word} onBack={forget} />
      </Suspense>
    )
  }
  if (!challenge) return <FirstFactor word={word} onChallenge={setChallenge} />
  return (
    <Suspense fallback={null}>
      <SecondFactor challenge={challenge} onBack={() => setChallenge(null)} />
    </Suspense>
  )
}

interface FirstFactorProps {
  /** What went wrong on the way to another site. */
  word: string | null
  onChallenge: (challenge: Challenge) => void
}

function FirstFactor({ word, onChallenge }: FirstFactorProps) {
  useTitle('Sign in')
  const name = useConfig().sign_in_with
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
      {word === null || problem ? null : (
        <Suspense fallback={null}>
          <WentWrong word={word} name={name} />
        </Suspense>
      )}
      <Others />
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

/** The ways without a password, where panel and browser have them. */
function Others() {
  const config = useConfig()
  const passkeys = config.no_passkeys_because == null
  const passkey = usePasskeySignIn()
  useFillIn(passkeys && !passkey.isPending)
  const here = passkeys && hasPasskeys()
  const lacking = passkeys && !here
  return (
    <>
      {here ? (
        <PasskeyButton variant="secondary" label="Sign in with a passkey" onShow={() => passkey.mutateAsync({})} />
      ) : null}
      <ContinueWith />
      {lacking ? (
        <p className="text-[13px] text-muted">This browser has no passkeys here. Sign in another way.</p>
      ) : null}
      {here || config.sign_in_with != null ? <Or /> : null}
    </>
  )
}

function Or() {
  return (
    <div className="flex items-center gap-3 text-[13px] text-muted">
      <span aria-hidden className="h-px flex-1 bg-border" />
      or with your password
      <span aria-hidden className="h-px flex-1 bg-border" />
    </div>
  )
}
