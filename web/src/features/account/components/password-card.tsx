import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { StrengthMeter } from '@/components/strength-meter'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { useAskPassword, useChangePassword } from '@/features/account/api/mutations'
import { passwordSchema } from '@/features/account/schemas'
import { factorsQuery } from '@/lib/api/queries'
import { useConfig } from '@/lib/use-config'
import { useMe } from '@/lib/use-me'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

/** The password: replaced by its owner, or chosen by a link where there is none. */
export function PasswordCard() {
  const factors = useQuery(factorsQuery)
  return factors.data?.password === false ? <NoPassword /> : <ChangePassword />
}

/** Who came by another site's word has none until they choose one. */
function NoPassword() {
  const { email } = useMe().user
  const ask = useAskPassword()
  return (
    <Card aria-labelledby="password">
      <CardHeader
        id="password"
        title="Password"
        detail="You have none: another site signs you in. With a password you can sign in without it."
      />
      <CardBody className="grid max-w-md gap-3">
        <ProblemAlert error={ask.error} />
        {ask.isSuccess ? (
          <p role="status">A link to choose one is on its way to {email}.</p>
        ) : (
          <Button className="justify-self-start" pending={ask.isPending} onClick={() => ask.mutate(email)}>
            Send a link to choose one
          </Button>
        )}
      </CardBody>
    </Card>
  )
}

function ChangePassword() {
  const { min_password_length } = useConfig()
  const { email } = useMe().user
  const change = useChangePassword()
  const form = useForm({
    resolver: zodResolver(passwordSchema(min_password_length)),
    defaultValues: { current: '', new: '' },
  })
  const typed = useWatch({ control: form.control, name: 'new' })
  const { submit, problem } = useSubmit(form, { '/current': 'current', '/new': 'new' }, async (values) => {
    await change.mutateAsync(values)
    form.reset()
    useToasts.getState().push({
      tone: 'success',
      title: 'Password changed',
      detail: 'All other sessions have ended.',
      about: 'password',
    })
  })
  const { errors } = form.formState
  return (
    <Card aria-labelledby="password">
      <CardHeader id="password" title="Password" detail="Changing it ends all your other sessions." />
      <CardBody>
        <Form className="grid max-w-md gap-4" onSubmit={submit}>
          <ProblemAlert error={problem} />
          {/* Password managers store the new one under this name. */}
          <input type="text" autoComplete="username" value={email} readOnly hidden />
          <Field label="Current password" error={errors.current?.message}>
            <PasswordInput autoComplete="current-password" {...form.register('current')} />
          </Field>
          <div className="grid gap-2">
            <Field label="New password" error={errors.new?.message}>
              <PasswordInput autoComplete="new-password" minLength={min_password_length} {...form.register('new')} />
            </Field>
            <StrengthMeter password={typed} minLength={min_password_length} />
          </div>
          <Button type="submit" className="justify-self-start" pending={change.isPending}>
            Change password
          </Button>
        </Form>
      </CardBody>
    </Card>
  )
}
