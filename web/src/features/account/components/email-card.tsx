import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useChangeEmail } from '@/features/account/api/mutations'
import { ConfirmAgain } from '@/features/account/components/confirm-again'
import { emailSchema } from '@/features/account/schemas'
import { useMe } from '@/lib/use-me'
import { useSubmit } from '@/lib/use-submit'

/** The address with which a person signs in, and how it becomes another. */
export function EmailCard() {
  const { email, email_verified } = useMe().user
  const change = useChangeEmail()
  const form = useForm({ resolver: zodResolver(emailSchema), defaultValues: { email: '' } })
  const { submit, problem } = useSubmit(form, { '/email': 'email' }, ({ email }) => change.mutateAsync(email))
  return (
    <Card aria-labelledby="email">
      <CardHeader
        id="email"
        title="Email address"
        detail={<span className="wrap-anywhere">{email}</span>}
        action={email_verified ? <Badge tone="success">Confirmed</Badge> : <ConfirmAgain />}
      />
      <CardBody className="grid gap-4">
        {change.isSuccess ? (
          <Alert tone="success" live title="Look into the new mailbox">
            We sent a link to {change.variables}. Open it in this browser; until then {email} counts.
          </Alert>
        ) : null}
        <Form className="grid max-w-md gap-4" onSubmit={submit}>
          <ProblemAlert error={problem} />
          <Field
            label="New address"
            hint="A link goes there. The old address can take the change back for 72 hours."
            error={form.formState.errors.email?.message}
          >
            <Input
              type="email"
              autoComplete="off"
              inputMode="email"
              autoCapitalize="none"
              {...form.register('email')}
            />
          </Field>
          <Button type="submit" className="justify-self-start" pending={change.isPending}>
            Change address
          </Button>
        </Form>
      </CardBody>
    </Card>
  )
}
