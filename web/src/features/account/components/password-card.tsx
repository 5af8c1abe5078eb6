import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { Form } from '@/components/form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { StrengthMeter } from '@/components/strength-meter'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { useChangePassword } from '@/features/account/api/mutations'
import { passwordSchema } from '@/features/account/schemas'
import { useConfig } from '@/lib/use-config'
import { useMe } from '@/lib/use-me'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

/** Replaces a password that its owner knows. */
export function PasswordCard() {
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
