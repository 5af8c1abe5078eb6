import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAllocate } from '@/features/payments/api/mutations'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'

interface AllocateDialogProps {
  capture: string
  /** The organisation whose payment it came with. */
  org: string
  open: boolean
  onOpenChange: (open: boolean) => void
}

const schema = z.object({
  org: z.string().check(z.trim(), z.regex(/^org_[0-9a-z]{26}$/, 'Enter an organisation’s ID.')),
  reason: reasonField,
})

/** Says whose money it is that fits nothing: it goes to that organisation's wallet. */
export function AllocateDialog({ capture, org, open, onOpenChange }: AllocateDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Put it into a wallet"
      detail="A debt is paid from it first. It cannot be undone: a correction is a separate entry."
    >
      <AllocateForm capture={capture} org={org} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function AllocateForm({ capture, org, onDone }: { capture: string; org: string; onDone: () => void }) {
  const allocate = useAllocate(capture)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { org, reason: '' } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/org_id': 'org', '/reason': 'reason' },
    async ({ org: whose, reason }) => {
      await allocate.mutateAsync({ org_id: whose, reason })
      onDone()
    },
  )
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Put it there" pending={allocate.isPending} error={problem}>
      <Field label="Organisation" hint="Its ID, as its page shows it." error={errors.org?.message}>
        <Input autoComplete="off" {...form.register('org')} />
      </Field>
      <Field label="Reason" hint="Saved in the activity log." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}
