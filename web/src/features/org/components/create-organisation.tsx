import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useCreateOrganisation } from '@/features/org/api/create'
import { orgPath } from '@/lib/org-path'
import { nameField } from '@/lib/names'
import { useSubmit } from '@/lib/use-submit'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** A further organisation, whose owner one is: with a wallet, servers and members of its own. */
export function CreateOrganisation({ open, onOpenChange }: DialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New organisation"
      detail="It has servers, members and a wallet of its own. You are its owner, and can invite others."
    >
      <NameForm onCancel={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({ name: nameField().check(z.minLength(1, 'Give it a name.')) })

function NameForm({ onCancel }: { onCancel: () => void }) {
  const create = useCreateOrganisation()
  const navigate = useNavigate()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: '' } })
  const { submit, problem } = useSubmit(form, { '/name': 'name' }, async (values) => {
    const { id } = await create.mutateAsync(values)
    // In the place of the dialog's own address, which no longer leads anywhere.
    await navigate(orgPath(id, '/dashboard'), { replace: true })
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onCancel}
      submit="Create organisation"
      pending={create.isPending}
      error={problem}
    >
      <Field label="Name" error={form.formState.errors.name?.message} hint="You can change it later.">
        <Input autoComplete="organization" {...form.register('name')} />
      </Field>
    </DialogForm>
  )
}
