import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import { useChangeVps } from '@/features/vps/api/mutations'
import { notesSchema, readTags } from '@/features/vps/schemas'
import type { Vps } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'

interface DialogProps {
  vps: Vps
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** A customer's own words about a server. */
export function NotesDialog({ vps, open, onOpenChange }: DialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Tags and notes"
      detail={`For ${vps.label}. Everybody in your organisation can read them.`}
    >
      <NotesForm vps={vps} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function NotesForm({ vps, onDone }: { vps: Vps; onDone: () => void }) {
  const change = useChangeVps(vps.id)
  const form = useForm({
    resolver: zodResolver(notesSchema),
    defaultValues: { tags: vps.tags.join(', '), notes: vps.notes },
  })
  const { submit, problem } = useSubmit(form, { '/tags': 'tags', '/notes': 'notes' }, async ({ tags, notes }) => {
    await change.mutateAsync({ tags: readTags(tags), notes })
    onDone()
  })
  const { errors } = form.formState
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Save" pending={change.isPending} error={problem}>
      <Field label="Tags" error={errors.tags?.message} hint="Separated by commas, such as: web, production">
        <Input autoComplete="off" spellCheck={false} autoCapitalize="none" {...form.register('tags')} />
      </Field>
      <Field label="Notes" error={errors.notes?.message} hint="Plain text. Don’t keep passwords here.">
        <Textarea rows={6} {...form.register('notes')} />
      </Field>
    </DialogForm>
  )
}
