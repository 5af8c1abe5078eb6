import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useChangeProfile } from '@/features/account/api/mutations'
import { profileSchema } from '@/features/account/schemas'
import { languages, zones } from '@/features/account/zones'
import { useMe } from '@/lib/use-me'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

/** How a person is addressed, and how dates and figures are written for them. */
export function ProfilePage() {
  const { name, locale, time_zone } = useMe().user
  const change = useChangeProfile()
  const form = useForm({ resolver: zodResolver(profileSchema), defaultValues: { name, locale, time_zone } })
  const { submit, problem } = useSubmit(
    form,
    { '/name': 'name', '/locale': 'locale', '/time_zone': 'time_zone' },
    async (values) => {
      const { user } = await change.mutateAsync(values)
      form.reset({ name: user.name, locale: user.locale, time_zone: user.time_zone })
      useToasts.getState().push({ tone: 'success', title: 'Profile saved', about: 'profile' })
    },
  )
  const { errors } = form.formState
  return (
    <Card aria-labelledby="profile">
      <CardHeader id="profile" title="Profile" detail="Your organisations’ members see your name." />
      <CardBody>
        <Form className="grid max-w-md gap-4" onSubmit={submit}>
          <ProblemAlert error={problem} />
          <Field label="Name" error={errors.name?.message}>
            <Input autoComplete="name" {...form.register('name')} />
          </Field>
          <Field label="Language" hint="For dates and figures." error={errors.locale?.message}>
            <Select {...form.register('locale')}>
              {languages(locale).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Time zone" error={errors.time_zone?.message}>
            <Select {...form.register('time_zone')}>
              {zones(time_zone).map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll('_', ' ')}
                </option>
              ))}
            </Select>
          </Field>
          <Button type="submit" variant="primary" className="justify-self-start" pending={change.isPending}>
            Save
          </Button>
        </Form>
      </CardBody>
    </Card>
  )
}
