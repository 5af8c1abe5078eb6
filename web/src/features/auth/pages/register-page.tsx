import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { Link, useSearchParams } from 'react-router'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { StrengthMeter } from '@/components/strength-meter'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useRegister } from '@/features/auth/api/mutations'
import { ContinueWith } from '@/features/auth/components/continue-with'
import { registerSchema, type RegisterForm } from '@/features/auth/schemas'
import { toProblem, type Problem } from '@/lib/api/problem'
import { invitationQuery } from '@/lib/api/queries'
import { applyProblem } from '@/lib/apply-problem'
import { forgetInvitation, keptInvitation } from '@/lib/invitation'
import { useConfig } from '@/lib/use-config'
import { useTitle } from '@/lib/use-title'

export function RegisterPage() {
  useTitle('Create an account')
  const { min_password_length, registration } = useConfig()
  const [params] = useSearchParams()
  const register = useRegister()
  const form = useForm<RegisterForm>({
    resolver: zodResolver(registerSchema(min_password_length)),
    defaultValues: { name: '', organisation: '', email: '', password: '' },
  })
  const password = useWatch({ control: form.control, name: 'password' })
  const [problem, setProblem] = useState<Problem | null>(null)
  // An invitation counts where its page led here; without that, one registers as anybody.
  const [token] = useState(() => (params.has('invited') ? keptInvitation() : null))
  const offer = useQuery({ ...invitationQuery(token ?? ''), enabled: token !== null }).data
  const invited = offer?.email
  const { setValue } = form
  useEffect(() => {
    if (invited) setValue('email', invited)
  }, [invited, setValue])
  const { errors } = form.formState

  const submit = form.handleSubmit(async ({ organisation, ...values }) => {
    setProblem(null)
    try {
      await register.mutateAsync({
        ...values,
        ...(offer && token ? { invitation: token } : organisation ? { organisation } : {}),
      })
      if (offer) forgetInvitation()
    } catch (error) {
      if (toProblem(error).code === 'email_taken') {
        form.setError(
          'email',
          { message: 'An account with this address already exists. Sign in instead.' },
          { shouldFocus: true },
        )
        return
      }
      setProblem(
        applyProblem(form, error, {
          '/name': 'name',
          '/organisation': 'organisation',
          '/email': 'email',
          '/password': 'password',
        }),
      )
    }
  })

  if (registration === 'closed' || (registration === 'invitation' && !token)) {
    return (
      <div className="grid gap-4">
        <h1 className="text-2xl font-semibold tracking-tight">Create an account</h1>
        <p className="text-muted">
          {registration === 'closed'
            ? 'People do not register here by themselves. Ask support for an account.'
            : 'Registering takes an invitation. Open the link of the mail that you got.'}
        </p>
        <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
          Sign in
        </Link>
      </div>
    )
  }

  return (
    <div className="grid gap-5">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Create an account</h1>
        <p className="mt-1 wrap-anywhere text-muted">
          {offer ? `You join ${offer.organisation}.` : 'You pay only for the hours your servers exist.'}
        </p>
      </div>
      {registration === 'open' && token === null ? <ContinueWith /> : null}
      <Form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        <ProblemAlert error={problem} />
        <Field label="Name" error={errors.name?.message}>
          <Input autoComplete="name" {...form.register('name')} />
        </Field>
        {offer ? null : (
          <Field label="Organisation (optional)" error={errors.organisation?.message}>
            <Input autoComplete="organization" {...form.register('organisation')} />
          </Field>
        )}
        <Field label="Email" error={errors.email?.message}>
          <Input
            type="email"
            autoComplete="username"
            inputMode="email"
            autoCapitalize="none"
            readOnly={offer !== undefined}
            {...form.register('email')}
          />
        </Field>
        <div className="grid gap-2">
          <Field label="Password" error={errors.password?.message}>
            <PasswordInput autoComplete="new-password" minLength={min_password_length} {...form.register('password')} />
          </Field>
          <StrengthMeter password={password} minLength={min_password_length} />
        </div>
        <Button type="submit" variant="primary" size="lg" pending={register.isPending}>
          Create account
        </Button>
      </Form>
      <p className="text-muted">
        Already have an account?{' '}
        <Link
          to={{ pathname: '/sign-in', search: params.has('invited') ? 'next=%2Finvitation' : params.toString() }}
          className="font-medium text-accent underline underline-offset-2"
        >
          Sign in
        </Link>
      </p>
    </div>
  )
}
