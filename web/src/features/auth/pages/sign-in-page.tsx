import { zodResolver } from '@hookform/resolvers/zod'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import { Link, useSearchParams } from 'react-router'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useSignIn } from '@/features/auth/api/mutations'
import { signInSchema, type SignInForm } from '@/features/auth/schemas'
import { Problem, toProblem } from '@/lib/api/problem'
import { applyProblem } from '@/lib/apply-problem'
import { useTitle } from '@/lib/use-title'

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
      await signIn.mutateAsync(values)
    } catch (error) {
      setProblem(applyProblem(form, inWords(error), { '/email': 'email', '/password': 'password' }))
      setFocus('password', { shouldSelect: true })
    }
  })

  return (
    <div className="grid gap-5">
      <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
      <Form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        <ProblemAlert error={problem} />
        <Field label="Email" error={errors.email?.message}>
          <Input
            type="email"
            autoComplete="username"
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
