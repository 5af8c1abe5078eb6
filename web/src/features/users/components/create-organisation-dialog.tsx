import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useCreateCustomer } from '@/features/users/api/mutations'
import type { AdminUser } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

/** One more organisation for a user who exists, and who owns it. */
export function CreateOrganisationDialog({ user }: { user: AdminUser }) {
  const { open, onOpenChange } = useUrlDialog('create-organisation')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create organisation"
      detail={`${user.name} owns it, with an empty wallet.`}
    >
      <OrganisationForm owner={user.id} onCancel={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'Fill this in.'), z.maxLength(100, 'At most 100 characters.')),
})

function OrganisationForm({ owner, onCancel }: { owner: string; onCancel: () => void }) {
  const create = useCreateCustomer()
  const navigate = useNavigate()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: '' } })
  const { submit, problem } = useSubmit(form, { '/name': 'name' }, async ({ name }) => {
    const { org_id } = await create.mutateAsync({ owner, name })
    void navigate(`/admin/customers/${org_id}`, { replace: true })
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onCancel}
      submit="Create organisation"
      pending={create.isPending}
      error={problem}
    >
      <Field label="Name" error={form.formState.errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
    </DialogForm>
  )
}
