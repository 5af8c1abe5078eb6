import { StatusDot } from '@/components/status-dot'
import { StatusHeading } from '@/components/status-heading'
import { Badge } from '@/components/ui/badge'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import {
  cloudStatus,
  JOB_STATES,
  jobState,
  jobStateForCustomer,
  vpsStatus,
  workerState,
  type StatusWords,
} from '@/lib/status'

const VPS = ['requested', 'provisioning', 'running', 'stopped', 'failed', 'deleting', 'deleted', 'lost', 'suspended']
const TONES = ['neutral', 'success', 'warning', 'danger', 'info'] as const

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
    { name: 'Jobs, for customers', Show: dots(JOB_STATES, jobStateForCustomer) },
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
