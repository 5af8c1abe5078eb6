import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useQueuePause, useTuneQueue } from '@/features/jobs/api/mutations'
import type { QueueFigures, TuneQueue } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'

interface QueueDialogProps {
  figures: QueueFigures
  onClose: () => void
}

/** The dialogs about one queue, by the name that the address has. */
export function QueueDialogs({ dialog, ...props }: QueueDialogProps & { dialog: string }) {
  if (dialog === 'pause' && !props.figures.paused) return <PauseDialog {...props} />
  if (dialog === 'resume' && props.figures.paused) return <ResumeDialog {...props} />
  if (dialog === 'tune') return <TuneDialog {...props} />
  return null
}

function PauseDialog({ figures: q, onClose }: QueueDialogProps) {
  const pause = useQueuePause(q.queue, true)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Pause queue ${q.queue}?`}
      confirm="Pause queue"
      danger
      reason="required"
      pending={pause.isPending}
      error={pause.error}
      onConfirm={(reason) => pause.mutate(reason, { onSuccess: onClose })}
    >
      <p>
        No worker takes another job from it until you resume it. New jobs are still accepted and wait;{' '}
        {q.running > 0
          ? `the ${countOf(q.running, 'running one')} ${q.running === 1 ? 'continues' : 'continue'}.`
          : 'none is running now.'}
      </p>
      <p className="text-muted">Customers see theirs as queued. The pause is added to their deadlines.</p>
    </ConfirmDialog>
  )
}

function ResumeDialog({ figures: q, onClose }: QueueDialogProps) {
  const resume = useQueuePause(q.queue, false)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Resume queue ${q.queue}?`}
      confirm="Resume queue"
      reason="required"
      pending={resume.isPending}
      error={resume.error}
      onConfirm={(reason) => resume.mutate(reason, { onSuccess: onClose })}
    >
      <p>
        {q.due > 0
          ? `${countOf(q.due, 'due job starts', 'due jobs start')} as slots become free.`
          : 'No job is due; the next one starts at once.'}
      </p>
      {q.paused_reason ? <p className="text-muted">Paused because: {q.paused_reason}</p> : null}
    </ConfirmDialog>
  )
}

/** The API's own bounds. */
const MAX_WINDOW = 2000
const MAX_RUNNING = 10_000
const whole = (max: number) =>
  z.coerce
    .number<string>('Enter a number.')
    .check(z.int('Enter a whole number.'), z.minimum(1, 'At least 1.'), z.maximum(max, `At most ${max}.`))
const schema = z.object({
  window: whole(MAX_WINDOW),
  org_running: whole(MAX_RUNNING),
  cloud_running: whole(MAX_RUNNING),
  reason: reasonField,
})

type Limit = keyof Omit<TuneQueue, 'reason'>
const LIMITS: { name: Limit; label: string; hint: string }[] = [
  { name: 'window', label: 'Window', hint: 'The most jobs offered to workers and not yet taken.' },
  { name: 'org_running', label: 'Per organisation', hint: 'The most jobs in progress; the rest wait.' },
  { name: 'cloud_running', label: 'Per cloud', hint: 'The most jobs in progress: as many as the provider can take.' },
]

const FIELDS = {
  '/window': 'window',
  '/org_running': 'org_running',
  '/cloud_running': 'cloud_running',
  '/reason': 'reason',
} as const

function TuneDialog({ figures: q, onClose }: QueueDialogProps) {
  const change = useTuneQueue(q.queue)
  const defaultValues = {
    window: String(q.window),
    org_running: String(q.org_running),
    cloud_running: String(q.cloud_running),
    reason: '',
  }
  const form = useForm({ resolver: zodResolver(schema), defaultValues })
  const { errors } = form.formState

  const { submit, problem } = useSubmit(form, FIELDS, async ({ reason, ...limits }) => {
    const changed = Object.fromEntries(Object.entries(limits).filter(([name, value]) => q[name as Limit] !== value))
    if (Object.keys(changed).length === 0) {
      form.setError('window', { message: 'Nothing has been changed yet.' })
      return
    }
    await change.mutateAsync({ ...changed, reason })
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Change limits of queue ${q.queue}`}
      detail="Takes effect without a restart. Running jobs continue."
    >
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Save limits" pending={change.isPending} error={problem}>
        <div className="grid gap-4 sm:grid-cols-2">
          {LIMITS.map(({ name, label, hint }) => (
            <Field key={name} label={label} hint={hint} error={errors[name]?.message}>
              <Input inputMode="numeric" autoComplete="off" {...form.register(name)} />
            </Field>
          ))}
        </div>
        <Field label="Reason" hint="Saved in the activity log." error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
