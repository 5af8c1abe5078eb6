import { ConfirmDialog } from '@/components/confirm-dialog'
import { Alert } from '@/components/ui/alert'
import { useWorkerLever, type WorkerLever } from '@/features/workers/api/mutations'
import { busyOf, isSteerable, onlyServes, slotsOf } from '@/features/workers/workers'
import type { Worker } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'

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
      <p className="font-medium break-words">
        <span className="font-mono text-[13px]">{worker.host}</span>, process {worker.pid}
      </p>
      <Words lever={lever} worker={worker} />
      {alone.length > 0 ? (
        <Alert tone="danger" title={`It is the last one for ${alone.join(', ')}`}>
          Jobs of {alone.length === 1 ? 'this queue' : 'these queues'} will wait until another worker takes them.
        </Alert>
      ) : null}
    </ConfirmDialog>
  )
}

function Words({ lever, worker }: { lever: WorkerLever; worker: Worker }) {
  const busy = busyOf(worker)
  const held =
    busy === 0
      ? 'It holds no job now.'
      : `${countOf(busy, 'job')} that it holds ${busy === 1 ? 'goes' : 'go'} on to the end.`
  if (lever === 'wake') return <p>It takes new jobs again, up to {countOf(slotsOf(worker), 'slot')} at a time.</p>
  if (lever === 'quiet') return <p>It takes no new jobs until you wake it. {held} The process stays.</p>
  return (
    <>
      <p>
        It takes no new jobs, finishes what it holds and then exits. {held} What is not done when its drain ends goes on
        elsewhere.
      </p>
      <p>
        It does not come back by itself unless something on that machine starts it again, and it cannot be started from
        here.
      </p>
    </>
  )
}
