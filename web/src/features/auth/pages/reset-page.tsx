import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { StrengthMeter } from '@/components/strength-meter'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { useResetPassword } from '@/features/auth/api/mutations'
import { LinkPage, NoToken } from '@/components/link-page'
import { resetSchema } from '@/features/auth/schemas'
import { useLinkToken } from '@/lib/link-token'
import { useConfig } from '@/lib/use-config'
import { useSubmit } from '@/lib/use-submit'

const AGAIN = { to: '/forgot', label: 'Ask for another link' }

/** Where the link of a reset leads. */
export function ResetPage() {
  const { min_password_length } = useConfig()
  const { token, forget } = useLinkToken()
  const reset = useResetPassword()
  const form = useForm({ resolver: zodResolver(resetSchema(min_password_length)), defaultValues: { password: '' } })
  const typed = useWatch({ control: form.control, name: 'password' })
  const { submit, problem } = useSubmit(form, { '/password': 'password' }, async ({ password }) => {
    await reset.mutateAsync({ token: token ?? '', password })
    forget()
  })
  if (reset.isSuccess) {
    return (
      <LinkPage
        title="Your password is changed"
        detail="All of your sessions have ended. Sign in with the new password."
        next={{ to: '/sign-in', label: 'Sign in' }}
      />
    )
  }
  if (!token) return <NoToken title="Choose a new password" next={AGAIN} />
  return (
    <LinkPage title="Choose a new password" detail="It ends all of your sessions." next={AGAIN}>
      <Form className="grid gap-4" onSubmit={submit}>
        <ProblemAlert error={problem} />
        <div className="grid gap-2">
          <Field label="New password" error={form.formState.errors.password?.message}>
            <PasswordInput autoComplete="new-password" minLength={min_password_length} {...form.register('password')} />
          </Field>
          <StrengthMeter password={typed} minLength={min_password_length} />
        </div>
        <Button type="submit" variant="primary" size="lg" pending={reset.isPending}>
          Set the password
        </Button>
      </Form>
    </LinkPage>
  )
}
