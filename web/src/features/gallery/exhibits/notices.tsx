import { TriangleAlert } from 'lucide-react'
import { OfflineBanner } from '@/components/offline-banner'
import { ProblemAlert } from '@/components/problem-alert'
import { RetryPanel } from '@/components/retry-panel'
import { Toaster } from '@/components/toaster'
import { Alert } from '@/components/ui/alert'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { WhoMay } from '@/components/who-may'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { FAILURE } from '@/features/gallery/queries'
import { Problem } from '@/lib/api/problem'
import { useToasts } from '@/stores/toasts'
import { usd } from '@/testing/fixtures'

const FUNDS = {
  title: 'Not enough credit',
  detail: 'Your wallet does not hold the first hour.',
  status: 402,
  code: 'insufficient_funds',
  needed: usd('0.019178'),
  available: usd('0.004000'),
}
const FIELDS = {
  title: 'Check what you typed',
  detail: 'Two fields were refused.',
  status: 422,
  code: 'validation_failed',
  errors: [
    { pointer: '/label', detail: 'The name is taken.' },
    { pointer: '/region', detail: `${LONG} is not sold.` },
  ],
}
const TONES = ['info', 'success', 'warning', 'danger'] as const

function Toasts() {
  const { push } = useToasts()
  const show = () => {
    const group = { kind: 'vps.running', several: 'servers are running', to: '/dev/gallery' }
    for (const about of ['vps_1', 'vps_2', 'vps_3'])
      push({ tone: 'success', title: 'web-1 is running', about, group, link: { to: group.to, label: 'Open server' } })
    push({ tone: 'success', title: 'web-4 is shut down', link: { to: group.to, label: 'Open server' } })
    push({ tone: 'info', title: 'web-2 was rebooted by Casey' })
    push({ tone: 'danger', title: `${LONG} could not be created`, detail: 'Nothing was charged.' })
  }
  return (
    <div className="gallery-window">
      <Button data-play onClick={show}>
        Show toasts
      </Button>
      <Toaster />
    </div>
  )
}

export const exhibit: Exhibit = {
  title: 'Notices: alerts, banners, toasts, problems',
  states: [
    ...TONES.map((tone) => ({
      name: `Alert, ${tone}`,
      Show: () => (
        <Alert tone={tone} title="What happened" action={<Button size="sm">Do this</Button>}>
          What was kept, and what to do next about {LONG}.
        </Alert>
      ),
    })),
    {
      name: 'May not',
      Show: () => (
        <div className="gallery-rows">
          <WhoMay perm="vps:create" what="create servers" />
          <WhoMay perm="org:delete" what="delete the organisation" brief />
        </div>
      ),
    },
    {
      name: 'Banners',
      wide: true,
      Show: () => (
        <div className="gallery-rows">
          <Banner tone="danger" icon={<TriangleAlert aria-hidden className="size-4 shrink-0" />}>
            You owe $3.12. Your servers keep running, but you cannot order new ones until it is settled.
          </Banner>
          <Banner tone="warning" icon={<TriangleAlert aria-hidden className="size-4 shrink-0" />}>
            Live updates are interrupted. Reconnecting…
          </Banner>
          <OfflineBanner />
        </div>
      ),
    },
    { name: 'Problem', Show: () => <ProblemAlert error={FAILURE} /> },
    { name: 'Problem, money', Show: () => <ProblemAlert error={new Problem(FUNDS)} /> },
    { name: 'Problem, fields', Show: () => <ProblemAlert error={new Problem(FIELDS)} /> },
    {
      name: 'Problem, try later',
      Show: () => <ProblemAlert error={new Problem({ title: 'Too many requests' }, 42)} />,
    },
    { name: 'Retry', Show: () => <RetryPanel error={FAILURE} onRetry={() => undefined} /> },
    { name: 'Toasts', Show: Toasts },
  ],
}
