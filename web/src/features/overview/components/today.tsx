import { Link } from 'react-router'
import { Money } from '@/components/money'
import { Card, CardHeader } from '@/components/ui/card'
import type { Overview } from '@/lib/api/types'
import { formatCount } from '@/lib/numbers'

/** What changed since midnight UTC; each figure leads to what is behind it. */
export function Today({ today }: { today: Overview['today'] }) {
  const rows: [label: string, value: React.ReactNode, to: string][] = [
    ['Servers created', formatCount(today.created), '/admin/servers'],
    ['Servers deleted', formatCount(today.deleted), '/admin/servers?status=deleted'],
    ['Orders failed', formatCount(today.failed), '/admin/audit?event=vps.failed&since=24h'],
    ['New customers', formatCount(today.customers), '/admin/customers'],
    ['Credit given', <Money key="c" value={today.credit} />, '/admin/audit?event=billing.credit&since=24h'],
  ]
  return (
    <Card aria-labelledby="today">
      <CardHeader id="today" title="Today" detail="Since midnight UTC" />
      <ul>
        {rows.map(([label, value, to]) => (
          <li key={label} className="border-b last:border-b-0">
            <Link
              to={to}
              className="flex min-h-10 items-center justify-between gap-4 px-4 hover:bg-surface-2 focus-visible:outline-offset-[-2px] sm:px-5"
            >
              {label}
              <span className="num font-medium">{value}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
