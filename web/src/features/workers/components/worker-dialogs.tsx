import { ConfirmDialog } from '@/components/confirm-dialog'
import { Alert } from '@/components/ui/alert'
import { useWorkerLever, type WorkerLever } from '@/features/workers/api/mutations'
import { busyOf, isSteerable, onlyServes, slotsOf } from '@/features/workers/workers'
import type { Worker } from '@/lib/api/types'
import { countOf, formatCount } from '@/lib/numbers'

interface WorkerDialogProps {
  worker: Worker
  workers: Worker[]
  onClose: () => void
}

/** The dialogs about one process, by the name that the address has. */
export function WorkerDialogs({ dialog, ...props }: WorkerDialogProps & { dialog: string }) {
  const { wanted } = props.worker
  if (!isSteerable(props.worker)) return null
  if (dialog === 'quiet' && wanted === 'running') return <LeverDialog lever="quiet" {...props} />
  if (dialog === 'wake' && wanted === 'quiet') return <LeverDialog lever="wake" {...props} />
  if (dialog === 'stop') return <LeverDialog lever="stop" {...props} />
  return null
}

const TITLE: Record<WorkerLever, string> = {
  quiet: 'Quiet this worker?',
  wake: 'Wake this worker?',
  stop: 'Stop this worker?',
}
const CONFIRM: Record<WorkerLever, string> = { quiet: 'Quiet worker', wake: 'Wake worker', stop: 'Stop worker' }

function LeverDialog({ lever, worker, workers, onClose }: WorkerDialogProps & { lever: WorkerLever }) {
  const act = useWorkerLever(worker.id, lever)
  const alone = lever === 'wake' ? [] : onlyServes(worker, workers)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={TITLE[lever]}
      confirm={CONFIRM[lever]}
      danger={lever === 'stop'}
      reason="required"
      pending={act.isPending}
      error={act.error}
      onConfirm={(reason) => act.mutate(reason, { onSuccess: onClose })}
    >
      <p className="font-medium wrap-anywhere">
        <span className="font-mono text-[13px]">{worker.host}</span>, process {worker.pid}
      </p>
      <Words lever={lever} worker={worker} />
      {alone.length > 0 ? (
        <Alert tone="danger" title={`It is the last worker for ${alone.join(', ')}`}>
          Jobs of {alone.length === 1 ? 'this queue' : 'these queues'} will wait until another worker takes them.
        </Alert>
      ) : null}
    </ConfirmDialog>
  )
}

function Words({ lever, worker }: { lever: WorkerLever; worker: Worker }) {
  const busy = busyOf(worker)
  const held = busy === 1 ? 'the job it holds' : `the ${countOf(busy, 'job')} it holds`
  if (lever === 'wake') return <p>It takes new jobs again, up to {formatCount(slotsOf(worker))} at a time.</p>
  if (lever === 'quiet')
    return (
      <p>
        It takes no new jobs until you wake it. {busy === 0 ? 'It holds no jobs now.' : `It finishes ${held}.`} The
        process keeps running.
      </p>
    )
  return (
    <>
      <p>
        It takes no new jobs and exits
        {busy === 0
          ? '; it holds none now.'
          : ` once it has finished ${held}. What is not finished in time continues on another worker.`}
      </p>
      <p>
        It does not restart by itself unless something on that machine starts it again, and it cannot be started from
        here.
      </p>
    </>
  )
}
