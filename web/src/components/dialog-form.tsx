import type { ReactNode, SubmitEvent } from 'react'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog-actions'

interface DialogFormProps {
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  onCancel: () => void
  /** The words of the button that sends it. */
  submit: string
  /** The words of the button that leaves everything as it is. */
  cancel?: string
  /** What it does cannot be taken back. */
  danger?: boolean
  disabled?: boolean
  pending: boolean
  error: unknown
  /** What to do about the error, where the form knows it. */
  advice?: ReactNode
  children: ReactNode
}

/** The form of a dialog: its fields, what went wrong, and its two buttons. */
export function DialogForm({
  onSubmit,
  onCancel,
  submit,
  cancel = 'Cancel',
  danger = false,
  disabled = false,
  pending,
  error,
  advice,
  children,
}: DialogFormProps) {
  return (
    <Form onSubmit={onSubmit}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {children}
        <ProblemAlert error={error}>{advice}</ProblemAlert>
      </div>
      <DialogActions>
        <Button onClick={onCancel}>{cancel}</Button>
        <Button type="submit" variant={danger ? 'danger' : 'primary'} disabled={disabled} pending={pending}>
          {submit}
        </Button>
      </DialogActions>
    </Form>
  )
}
