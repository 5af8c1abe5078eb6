import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useCreateUser } from '@/features/users/api/mutations'
import { useSubmit } from '@/lib/use-submit'

interface CreateUserDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** A user with an organisation of their own. */
export function CreateUserDialog({ open, onOpenChange }: CreateUserDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create user"
      detail="They get an organisation with an empty wallet, and a mail with a link by which they choose a password. It works for a week; later “Forgot password” does the same."
    >
      <CreateUserForm onCancel={() => onOpenChange(false)} />
    </Dialog>
  )
}

const name = z.string().check(z.trim(), z.minLength(1, 'Fill this in.'), z.maxLength(100, 'At most 100 characters.'))
const schema = z.object({
  email: z.string().check(z.trim(), z.minLength(3, 'Enter an email address.'), z.maxLength(254)),
  name,
  organisation: z.string().check(z.trim(), z.maxLength(100, 'At most 100 characters.')),
})

function CreateUserForm({ onCancel }: { onCancel: () => void }) {
  const create = useCreateUser()
  const navigate = useNavigate()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', name: '', organisation: '' } })
  const { errors } = form.formState
  const fields = { '/email': 'email', '/name': 'name', '/organisation': 'organisation' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ email, name: called, organisation }) => {
    const user = await create.mutateAsync({ email, name: called, ...(organisation ? { organisation } : {}) })
    void navigate(`/admin/users/${user.id}`, { replace: true })
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onCancel} submit="Create user" pending={create.isPending} error={problem}>
      <Field label="Email address" error={errors.email?.message}>
        <Input type="email" autoComplete="off" {...form.register('email')} />
      </Field>
      <Field label="Name" error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Field label="Organisation" hint="Their name when left empty." error={errors.organisation?.message}>
        <Input autoComplete="off" {...form.register('organisation')} />
      </Field>
    </DialogForm>
  )
}
