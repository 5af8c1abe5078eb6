import { zodResolver } from '@hookform/resolvers/zod'
import type { ReactNode } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'

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
  /** Asks for a reason: `required` refuses to go on without one. */
  reason?: 'required' | 'optional'
}

/** Says what will happen, asks why where that matters, then does it. */
export function ConfirmDialog({ open, onOpenChange, title, children, confirm, danger = false, onConfirm, pending, error, reason }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <ConfirmForm {...{ children, confirm, danger, onConfirm, pending, error, reason }} onCancel={() => onOpenChange(false)} />
    </Dialog>
  )
}

type FormProps = Pick<ConfirmDialogProps, 'children' | 'confirm' | 'danger' | 'onConfirm' | 'pending' | 'error'> & {
  reason: ConfirmDialogProps['reason']
  onCancel: () => void
}

function ConfirmForm({ children, confirm, danger, onConfirm, pending, error, reason, onCancel }: FormProps) {
  const schema = z.object({ reason: reason === 'required' ? z.string().trim().min(3, 'Say in a few words why.').max(500, 'At most 500 characters.') : z.string().trim().max(500, 'At most 500 characters.') })
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { reason: '' } })
  return (
    <form noValidate onSubmit={(e) => void form.handleSubmit((v) => onConfirm(v.reason))(e)}>
      <div className="grid gap-4">
        <div className="grid gap-2">{children}</div>
        {reason ? (
          <Field label={reason === 'optional' ? 'Reason (optional)' : 'Reason'} hint="Kept in the activity log." error={form.formState.errors.reason?.message}>
            <Input autoComplete="off" {...form.register('reason')} />
          </Field>
        ) : null}
        <ProblemAlert error={error} />
      </div>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant={danger ? 'danger' : 'primary'} pending={pending}>
          {confirm}
        </Button>
      </DialogActions>
    </form>
  )
}
