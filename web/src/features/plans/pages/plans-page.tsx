import { useQuery } from '@tanstack/react-query'
import { Boxes, Plus } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { Page } from '@/components/page'
import { Segmented } from '@/components/segmented'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { useChangePlan, useDeletePlan } from '@/features/plans/api/mutations'
import { adminPlansQuery } from '@/lib/api/queries'
import { CreatePlanDialog } from '@/features/plans/components/create-plan-dialog'
import { EditPlanDialog } from '@/features/plans/components/edit-plan-dialog'
import { PlanMenu, PlanMoves } from '@/features/plans/components/plan-menu'
import { needsCheck, PlanNotices } from '@/features/plans/components/plan-notices'
import { PriceList } from '@/features/plans/components/price-list'
import type { AdminPlan } from '@/lib/api/types'
import { isNegative } from '@/lib/money'
import { countOf } from '@/lib/numbers'
import { formatDisk, formatMemory } from '@/lib/sizes'
import { useUrl, useUrlDialog } from '@/lib/use-url'

/** Few who open the page look at it. */
const PriceHistory = lazy(() =>
  import('@/features/plans/components/price-history').then((m) => ({ default: m.PriceHistory })),
)

const columnsOf = (plans: AdminPlan[]): Column<AdminPlan>[] => [
  {
    id: 'order',
    head: 'Order',
    from: 'md',
    skeleton: 'w-14',
    className: 'w-20',
    cell: (p) => <PlanMoves plan={p} plans={plans} />,
  },
  {
    id: 'plan',
    head: 'Plan',
    skeleton: 'w-28',
    className: 'max-w-56',
    cell: (p) => (
      <span className="grid">
        <Link to={`/admin/plans?edit=${p.id}`} className="truncate font-medium hover:text-accent hover:underline">
          {p.name}
        </Link>
        <span className="num text-[13px] text-muted">
          {p.vcpus} vCPU · {formatMemory(p.memory_mib)} · {formatDisk(p.disk_gib)}
        </span>
        {needsCheck(p) ? (
          <span className="text-[13px] text-warning">Check its {p.size_gone_at ? 'size' : 'cost'}</span>
        ) : null}
      </span>
    ),
  },
  {
    id: 'state',
    head: 'State',
    from: 'sm',
    skeleton: 'w-14',
    cell: (p) =>
      p.size_gone_at ? (
        <Badge tone="danger">Not available</Badge>
      ) : p.active ? (
        <Badge tone="success">On sale</Badge>
      ) : (
        <Badge>Off sale</Badge>
      ),
  },
  {
    id: 'cloud',
    head: 'Cloud type',
    from: 'lg',
    skeleton: 'w-32',
    cell: (p) => (
      <span className="grid">
        <Link to={`/admin/clouds/${p.cloud_id}`} className="hover:text-accent hover:underline">
          {p.cloud_name}
        </Link>
        <span className="font-mono text-xs text-muted">{p.type_id}</span>
      </span>
    ),
  },
  {
    id: 'cost',
    head: 'Cost /mo',
    align: 'right',
    from: 'md',
    skeleton: 'w-14',
    cell: (p) => <Money value={p.cost_monthly} />,
  },
  {
    id: 'markup',
    head: 'Markup /mo',
    align: 'right',
    from: 'xl',
    skeleton: 'w-14',
    cell: (p) => <Money value={p.markup_monthly} signed />,
  },
  {
    id: 'price',
    head: 'Price',
    align: 'right',
    skeleton: 'w-20',
    cell: (p) => (
      <span className="grid">
        <span className="font-medium whitespace-nowrap">
          <Money value={p.price.monthly} />
          <span className="font-normal text-muted"> /mo</span>
        </span>
        <span className="text-[13px] whitespace-nowrap text-muted">
          <Money value={p.price.hourly} digits="rate" /> /h{p.price.capped ? ', capped' : ''}
          {p.price.charged_by === 'second' ? ', by the second' : ''}
        </span>
      </span>
    ),
  },
  {
    id: 'margin',
    head: 'Margin',
    align: 'right',
    from: 'sm',
    skeleton: 'w-10',
    cell: (p) => <Margin plan={p} />,
  },
  { id: 'servers', head: 'Servers', align: 'right', from: 'lg', skeleton: 'w-6', cell: (p) => p.servers },
  {
    id: 'menu',
    head: <span className="sr-only">Actions</span>,
    align: 'right',
    skeleton: 'w-6',
    cell: (p) => <PlanMenu plan={p} plans={plans} />,
  },
]

/** The server's figure; a plan sold under its cost stands out. */
function Margin({ plan }: { plan: Pick<AdminPlan, 'margin_percent' | 'markup_monthly'> }) {
  return <span className={isNegative(plan.markup_monthly) ? 'text-danger' : ''}>{plan.margin_percent} %</span>
}

const VIEWS = [
  { value: 'all', label: 'All plans' },
  { value: 'customers', label: 'What customers see' },
] as const

export function PlansPage() {
  const query = useQuery(adminPlansQuery)
  const { open } = useUrlDialog('create')
  const { get, set } = useUrl()
  const find = (param: string) => query.data?.items.find((p) => p.id === get(param))
  const edited = find('edit')
  const deleted = find('delete')
  const off = find('off')
  const priced = find('prices')
  const view = get('view') === 'customers' ? 'customers' : 'all'
  const add = (
    <Button variant="primary" onClick={() => set({ dialog: 'create', of: null }, { push: true })}>
      <Plus aria-hidden className="size-4" /> Create plan
    </Button>
  )
  const plans = query.data?.items ?? []
  return (
    <Page title="Plans" wide detail="What customers can order, and what you earn on it." actions={add}>
      <PlanNotices plans={plans} />
      <div>
        <Segmented
          label="View"
          value={view}
          options={[...VIEWS]}
          onChange={(next) => set({ view: next === 'all' ? null : next })}
        />
      </div>
      {view === 'customers' ? (
        <PriceList />
      ) : (
        <DataTable
          label="Plans"
          columns={columnsOf(plans)}
          query={query}
          rowKey={(p) => p.id}
          rowTo={(p) => `/admin/plans?edit=${p.id}`}
          empty={
            <Empty icon={<Boxes />} title="Nothing is on sale yet">
              Choose a type from a connected cloud and add your markup; customers can order it at once.
            </Empty>
          }
        />
      )}
      <CreatePlanDialog open={open} onOpenChange={() => set({ dialog: null, of: null })} of={find('of')} />
      {edited ? <EditPlanDialog key={edited.id} plan={edited} onClose={() => set({ edit: null })} /> : null}
      <Suspense>
        {priced ? <PriceHistory key={priced.id} plan={priced} onClose={() => set({ prices: null })} /> : null}
      </Suspense>
      {off ? <TakeOffSaleDialog plan={off} onClose={() => set({ off: null })} /> : null}
      {deleted ? <DeletePlanDialog plan={deleted} onClose={() => set({ delete: null })} /> : null}
    </Page>
  )
}

/** Asks, briefly, and says what it means. */
function TakeOffSaleDialog({ plan, onClose }: { plan: AdminPlan; onClose: () => void }) {
  const change = useChangePlan(plan.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Take ${plan.name} off sale?`}
      confirm="Take off sale"
      pending={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate({ active: false }, { onSuccess: onClose })}
    >
      <p>Customers no longer see it and cannot order it. You can put it back on sale at any time.</p>
      {plan.servers > 0 ? <KeepRunning servers={plan.servers} /> : null}
    </ConfirmDialog>
  )
}

const KeepRunning = ({ servers }: { servers: number }) => (
  <p className="text-muted">
    {countOf(servers, 'server keeps', 'servers keep')} running and paying the price{' '}
    {servers === 1 ? 'it was' : 'they were'} ordered at.
  </p>
)

function DeletePlanDialog({ plan, onClose }: { plan: AdminPlan; onClose: () => void }) {
  const remove = useDeletePlan(plan.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${plan.name}?`}
      confirm="Delete plan"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
    >
      <p>It can no longer be ordered.</p>
      {plan.servers > 0 ? <KeepRunning servers={plan.servers} /> : null}
    </ConfirmDialog>
  )
}
