import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import type * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useIssueInvoice } from '@/features/invoices/api/mutations'
import { issueSchema } from '@/features/invoices/schemas'
import { useSubmit } from '@/lib/use-submit'

interface IssueDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Issues a customer's invoice of a month that has ended. */
export function IssueDialog({ open, onOpenChange }: IssueDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Issue an invoice"
      detail="Months are invoiced by themselves on their first morning. What was issued before stays."
    >
      <IssueForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function IssueForm({ onDone }: { onDone: () => void }) {
  const issue = useIssueInvoice()
  const form = useForm<z.infer<typeof issueSchema>>({
    resolver: zodResolver(issueSchema),
    defaultValues: { org_id: '', month: '' },
  })
  const { errors } = form.formState
  const fields = { '/org_id': 'org_id', '/month': 'month' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ org_id, month }) => {
    await issue.mutateAsync({ org_id, month: `${month}-01T00:00:00Z` })
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Issue" pending={issue.isPending} error={problem}>
      <Field label="Organisation" hint="Its id, as its page shows it." error={errors.org_id?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register('org_id')} />
      </Field>
      <Field label="Month" error={errors.month?.message}>
        <Input type="month" {...form.register('month')} />
      </Field>
    </DialogForm>
  )
}
