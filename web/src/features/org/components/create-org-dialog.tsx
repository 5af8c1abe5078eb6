import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useCreateOrg } from '@/features/org/api/mutations'
import { nameField } from '@/lib/names'
import { orgPath } from '@/lib/org-path'
import { useSubmit } from '@/lib/use-submit'

interface CreateOrgDialogProps {
  onClose: () => void
  /** Where the new organisation begins. */
  go: (to: string) => void
}

/** Another organisation, with members, servers and a wallet of its own. */
export function CreateOrgDialog({ onClose, go }: CreateOrgDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Create an organisation"
      detail="It has members, servers and a wallet of its own. You are its owner."
    >
      <CreateForm onClose={onClose} go={go} />
    </Dialog>
  )
}

const schema = z.object({ name: nameField().check(z.minLength(1, 'Enter a name.')) })

function CreateForm({ onClose, go }: CreateOrgDialogProps) {
  const create = useCreateOrg()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: '' } })
  const { submit, problem } = useSubmit(form, { '/name': 'name' }, async ({ name }) => {
    const { id } = await create.mutateAsync(name)
    onClose()
    go(orgPath(id, '/dashboard'))
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onClose} submit="Create organisation" pending={create.isPending} error={problem}>
      <Field label="Name" error={form.formState.errors.name?.message}>
        <Input autoComplete="organization" {...form.register('name')} />
      </Field>
    </DialogForm>
  )
}
