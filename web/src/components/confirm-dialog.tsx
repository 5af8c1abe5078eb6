import { zodResolver } from '@hookform/resolvers/zod'
import type { ReactNode } from 'react'
import { useForm } from 'react-hook-form'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { REASON } from '@/lib/reason'

interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  confirm: string
  danger?: boolean
  /** Returns when done; what it throws is shown. */
  onConfirm: (reason: string) => void
  pending: boolean
  error: unknown
  /** Asks for a reason: `required` refuses to continue without one. */
  reason?: 'required' | 'optional'
}

/** Says what will happen, asks why where that matters, then does it. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  confirm,
  danger = false,
  onConfirm,
  pending,
  error,
  reason,
}: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <ConfirmForm
        {...{ children, confirm, danger, onConfirm, pending, error, reason }}
        onCancel={() => onOpenChange(false)}
      />
    </Dialog>
  )
}

type FormProps = Pick<ConfirmDialogProps, 'children' | 'confirm' | 'danger' | 'onConfirm' | 'pending' | 'error'> & {
  reason: ConfirmDialogProps['reason']
  onCancel: () => void
}

function ConfirmForm({ children, confirm, danger, onConfirm, pending, error, reason, onCancel }: FormProps) {
  const form = useForm({ resolver: zodResolver(REASON[reason ?? 'optional']), defaultValues: { reason: '' } })
  return (
    <DialogForm
      onSubmit={(e) => void form.handleSubmit((v) => onConfirm(v.reason))(e)}
      onCancel={onCancel}
      submit={confirm}
      danger={danger}
      pending={pending}
      error={error}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-2">{children}</div>
      {reason ? (
        <Field
          label={reason === 'optional' ? 'Reason (optional)' : 'Reason'}
          hint="Saved in the activity log."
          error={form.formState.errors.reason?.message}
        >
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      ) : null}
    </DialogForm>
  )
}
