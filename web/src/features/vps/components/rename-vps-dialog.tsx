import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useChangeVps } from '@/features/vps/api/mutations'
import { labelSchema } from '@/features/vps/schemas'
import { toProblem } from '@/lib/api/problem'
import type { Vps } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'

interface DialogProps {
  vps: Vps
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function RenameVpsDialog({ vps, open, onOpenChange }: DialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rename server"
      detail="Only the name changes. The server, its addresses and its bill stay the same."
    >
      <RenameForm vps={vps} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({ label: labelSchema })

function RenameForm({ vps, onDone }: { vps: Vps; onDone: () => void }) {
  const rename = useChangeVps(vps.id)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { label: vps.label } })
  const { submit, problem } = useSubmit(form, { '/label': 'label' }, async ({ label }) => {
    try {
      await rename.mutateAsync({ label })
    } catch (error) {
      if (toProblem(error).code !== 'label_taken') throw error
      form.setError('label', { message: 'Another of your servers already has this name.' }, { shouldFocus: true })
      return
    }
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Rename" pending={rename.isPending} error={problem}>
      <Field label="Name" error={form.formState.errors.label?.message}>
        <Input autoComplete="off" spellCheck={false} autoCapitalize="none" {...form.register('label')} />
      </Field>
    </DialogForm>
  )
}
