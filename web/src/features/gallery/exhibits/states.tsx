import { StatusDot } from '@/components/status-dot'
import { StatusHeading } from '@/components/status-heading'
import { TryingAgain } from '@/components/trying-again'
import { Badge } from '@/components/ui/badge'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import type { JobState, VpsAction } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { cloudStatus, JOB_STATES, jobOfVps, jobState, vpsStatus, workerState, type StatusWords } from '@/lib/status'

const VPS = ['requested', 'provisioning', 'running', 'stopped', 'failed', 'deleting', 'deleted', 'lost', 'suspended']
const TONES = ['neutral', 'success', 'warning', 'danger', 'info'] as const

const ACTIONS: VpsAction[] = ['create', 'boot', 'shutdown', 'reboot', 'delete']
const SAID: JobState[] = ['running', 'retry', 'succeeded', 'failed', 'cancelled', 'stuck']
const IN_40_S = new Date(serverNow() + 40_000).toISOString()

const dots = (all: readonly string[], words: (state: string) => StatusWords) => () => (
  <div className="gallery-rows">
    {all.map((state) => (
      <StatusDot key={state} status={words(state)} />
    ))}
  </div>
)

export const exhibit: Exhibit = {
  title: 'States',
  states: [
    { name: 'Servers', Show: dots(VPS, vpsStatus) },
    { name: 'Jobs, for admins', Show: dots(JOB_STATES, jobState) },
    ...ACTIONS.map((action) => ({
      name: `Jobs of a server: ${action}`,
      Show: dots(SAID, (state) => jobOfVps({ action, state: state as JobState, attempts: 0 })),
    })),
    {
      name: 'Trying again: counted, now, not counted',
      Show: () => (
        <div className="gallery-rows">
          <TryingAgain job={{ attempts: 4, max_attempts: 8, next_try_at: IN_40_S }} />
          <TryingAgain job={{ attempts: 4, max_attempts: 8, next_try_at: null }} />
          <TryingAgain job={{ attempts: 0, max_attempts: 8, next_try_at: IN_40_S }} />
        </div>
      ),
    },
    { name: 'Clouds', Show: dots(['pending', 'valid', 'invalid'], cloudStatus) },
    { name: 'Workers', Show: dots(['running', 'quiet', 'stopping', 'lost'], workerState) },
    {
      name: 'Badges',
      Show: () => (
        <div className="gallery-row">
          {TONES.map((tone) => (
            <Badge key={tone} tone={tone}>
              {tone}
            </Badge>
          ))}
        </div>
      ),
    },
    {
      name: 'Heading with a state',
      wide: true,
      Show: () => (
        <StatusHeading title={LONG} label="Status" status={vpsStatus('running')}>
          <Badge tone="warning">Cancel requested</Badge>
        </StatusHeading>
      ),
    },
  ],
}
