import { Link } from 'react-router'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { useDismissGlyphs } from '@/features/overview/api/queries'
import type { Alert as AlertData } from '@/lib/api/types'

interface Way {
  label: string
  to: (object: string) => string
}

/** The one thing to do about each kind of alert. */
const WAYS: Record<AlertData['kind'], Way> = {
  no_worker: { label: 'Open workers', to: () => '/admin/workers' },
  scheduler_silent: { label: 'Open schedules', to: () => '/admin/schedules' },
  jobs_attention: { label: 'Open jobs', to: () => '/admin/jobs?attention=true' },
  cloud_undecided: { label: 'Decide', to: (id) => `/admin/clouds/${id}` },
  cloud_refused: { label: 'Replace token', to: (id) => `/admin/clouds/${id}?dialog=token` },
  cloud_paused: { label: 'Resume', to: (id) => `/admin/clouds/${id}?dialog=resume` },
  queue_paused: { label: 'Resume', to: (queue) => `/admin/jobs?queue=${queue}&dialog=resume&of=${queue}` },
  mail_failing: { label: 'Open mails', to: () => '/admin/jobs?kind=mail.send' },
  money_unallocated: { label: 'Open them', to: () => '/admin/payments?tab=unallocated' },
  payments_disputed: { label: 'Open them', to: () => '/admin/payments?tab=disputes' },
  payments_differ: { label: 'Open payments', to: () => '/admin/payments' },
  credit_waiting: { label: 'Decide', to: () => '/admin/credit' },
  supplier_margin: { label: 'See the servers', to: (id) => `/admin/revenue?tab=suppliers&dialog=supplier&of=${id}` },
  document_glyphs: { label: 'Open document', to: (id) => `/admin/invoices/${id}` },
  servers_below_cost: { label: 'Cheapest first', to: () => '/admin/servers?sort=price&order=asc' },
  plan_cost: { label: 'Check its price', to: (id) => `/admin/plans?edit=${id}` },
  plan_low_margin: { label: 'Set its price', to: (id) => `/admin/plans?edit=${id}` },
}

/** What needs an administrator, the gravest first, each with its one way out. */
export function Alerts({ alerts }: { alerts: AlertData[] }) {
  if (alerts.length === 0) return null
  return (
    <ul aria-label="Alerts" className="grid gap-2">
      {alerts.map((alert) => (
        <li key={`${alert.kind} ${alert.object ?? ''}`}>
          <Alert
            tone={alert.status === 'error' ? 'danger' : 'warning'}
            title={alert.title}
            action={<Act alert={alert} />}
          >
            {alert.detail}
          </Alert>
        </li>
      ))}
    </ul>
  )
}

function Act({ alert }: { alert: AlertData }) {
  const { label, to } = WAYS[alert.kind]
  return (
    <span className="flex flex-wrap gap-2">
      <Button asChild size="sm">
        <Link to={to(alert.object ?? '')} aria-label={`${label}: ${alert.title}`}>
          {label}
        </Link>
      </Button>
      {alert.kind === 'document_glyphs' && alert.object ? <Dismiss invoice={alert.object} title={alert.title} /> : null}
    </span>
  )
}

/** Ends an alert that an administrator knows of; a failure says so itself, as a toast. */
function Dismiss({ invoice, title }: { invoice: string; title: string }) {
  const dismiss = useDismissGlyphs()
  return (
    <Button
      size="sm"
      aria-label={`Dismiss: ${title}`}
      pending={dismiss.isPending}
      onClick={() => dismiss.mutate(invoice)}
    >
      Dismiss
    </Button>
  )
}
