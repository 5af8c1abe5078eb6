import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { Link } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DataTable } from '@/components/data-table'
import { Ago, At } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { useApproveCredit, useDeclineCredit } from '@/features/credit/api/mutations'
import { creditRequestsQuery } from '@/features/credit/api/queries'
import type { CreditRequest } from '@/lib/api/types'
import { useMe } from '@/lib/use-me'
import { useUrl, useUrlDialogOf } from '@/lib/use-url'

function State({ request }: { request: CreditRequest }) {
  if (request.expired) return <Badge>Too old</Badge>
  if (request.state === 'waiting') return <Badge tone="warning">Waits</Badge>
  return request.state === 'approved' ? <Badge tone="success">Given</Badge> : <Badge tone="danger">Declined</Badge>
}

const columns = (me: string, show: (dialog: string, id: string) => void): Column<CreditRequest>[] => [
  {
    id: 'amount',
    head: 'Credit',
    skeleton: 'w-20',
    cell: (r) => (
      <span className="grid">
        <Money value={r.amount} className="font-medium" />
        <span className="text-[13px] text-muted wrap-anywhere">{r.reason}</span>
      </span>
    ),
  },
  {
    id: 'org',
    head: 'Customer',
    skeleton: 'w-32',
    className: 'max-w-64',
    cell: (r) => (
      <Link to={`/admin/customers/${r.org_id}?tab=money`} className="wrap-anywhere hover:text-accent hover:underline">
        {r.org_name}
      </Link>
    ),
  },
  {
    id: 'by',
    head: 'Asked by',
    from: 'sm',
    skeleton: 'w-24',
    cell: (r) => (
      <span className="grid">
        <span className="wrap-anywhere">{r.asked_by_name}</span>
        <Ago at={r.asked_at} />
      </span>
    ),
  },
  {
    id: 'state',
    head: 'Status',
    from: 'md',
    skeleton: 'w-20',
    cell: (r) => (
      <span className="grid justify-items-start gap-0.5">
        <State request={r} />
        <span className="text-[13px] text-muted wrap-anywhere">
          {r.decided_by_name ? (
            `by ${r.decided_by_name}${r.decision ? `: “${r.decision}”` : ''}`
          ) : r.expired ? null : (
            <>
              until <At at={r.expires_at} />
            </>
          )}
        </span>
      </span>
    ),
  },
  {
    id: 'decide',
    head: <span className="sr-only">Actions</span>,
    skeleton: 'w-24',
    className: 'text-right',
    cell: (r) =>
      r.state !== 'waiting' || r.expired ? null : r.asked_by === me ? (
        <span className="text-[13px] text-muted">Another administrator decides</span>
      ) : (
        <span className="flex flex-wrap justify-end gap-2">
          <Button size="sm" onClick={() => show('decline', r.id)}>
            Decline
          </Button>
          <Button size="sm" onClick={() => show('approve', r.id)}>
            Approve
          </Button>
        </span>
      ),
  },
]

/** Credit that another administrator asked for, and what became of it. */
export function CreditRequests() {
  const { get, set } = useUrl()
  const all = get('which') === 'all'
  const query = useQuery(creditRequestsQuery(!all, get('cursor')))
  const me = useMe()
  const { dialog, of, show, close } = useUrlDialogOf()
  const chosen = query.data?.items.find((request) => request.id === of)
  return (
    <div className="grid gap-3">
      <div className="w-52">
        <Select
          aria-label="Which"
          value={all ? 'all' : ''}
          onChange={(event) => set({ which: event.target.value || null, cursor: null })}
        >
          <option value="">What waits</option>
          <option value="all">Decided and too old as well</option>
        </Select>
      </div>
      <DataTable
        label="Credit to approve"
        columns={columns(me.user.id, show)}
        query={query}
        rowKey={(r) => r.id}
        empty={
          <Empty icon={<CircleCheck />} title="Nothing waits">
            Credit above the limit waits here for another administrator than the one who asked.
          </Empty>
        }
      />
      {chosen && dialog === 'approve' ? <Approve request={chosen} onClose={close} /> : null}
      {chosen && dialog === 'decline' ? <Decline request={chosen} onClose={close} /> : null}
    </div>
  )
}

interface DecideProps {
  request: CreditRequest
  onClose: () => void
}

function Approve({ request, onClose }: DecideProps) {
  const approve = useApproveCredit(request.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Give this credit?"
      confirm="Give it"
      onConfirm={() => approve.mutate(undefined, { onSuccess: onClose })}
      pending={approve.isPending}
      error={approve.error}
    >
      <p>
        {request.org_name} gets <Money value={request.amount} />, which {request.asked_by_name} asked for: “
        {request.reason}”. It pays off what is owed first, and cannot be undone.
      </p>
    </ConfirmDialog>
  )
}

function Decline({ request, onClose }: DecideProps) {
  const decline = useDeclineCredit(request.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Decline this credit?"
      confirm="Decline"
      danger
      reason="required"
      onConfirm={(reason) => decline.mutate(reason, { onSuccess: onClose })}
      pending={decline.isPending}
      error={decline.error}
    >
      <p>
        {request.org_name} does not get the <Money value={request.amount} /> that {request.asked_by_name} asked for.
      </p>
    </ConfirmDialog>
  )
}
