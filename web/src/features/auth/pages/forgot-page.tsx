import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAskReset } from '@/features/auth/api/mutations'
import { LinkPage } from '@/components/link-page'
import { forgotSchema } from '@/features/auth/schemas'
import { useSubmit } from '@/lib/use-submit'

const BACK = { to: '/sign-in', label: 'Back to signing in' }

/** Asks for a link. The answer says nothing of whether the address is anybody's. */
export function ForgotPage() {
  const ask = useAskReset()
  const form = useForm({ resolver: zodResolver(forgotSchema), defaultValues: { email: '' } })
  const { submit, problem } = useSubmit(form, { '/email': 'email' }, ({ email }) => ask.mutateAsync(email))
  if (ask.isSuccess) {
    return (
      <LinkPage
        title="Look into your mailbox"
        next={BACK}
        detail={`If ${ask.variables} is the address of an account, a link to choose a new password is on its way. It works for 30 minutes.`}
      >
        <p className="text-muted">
          No mail within a few minutes? Look among what your mail program took for advertising.
        </p>
      </LinkPage>
    )
  }
  return (
    <LinkPage title="Forgot your password?" detail="We send you a link to choose a new one." next={BACK}>
      <Form className="grid gap-4" onSubmit={submit}>
        <ProblemAlert error={problem} />
        <Field label="Email" error={form.formState.errors.email?.message}>
          <Input
            type="email"
            autoComplete="username"
            inputMode="email"
            autoCapitalize="none"
            {...form.register('email')}
          />
        </Field>
        <Button type="submit" variant="primary" size="lg" pending={ask.isPending}>
          Send the link
        </Button>
      </Form>
    </LinkPage>
  )
}
