import { useQuery } from '@tanstack/react-query'
import { Plus, SearchX, Server, X } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { CopyText } from '@/components/copy-text'
import { DataTable } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { Page } from '@/components/page'
import { Place } from '@/components/place'
import { PlanFacts } from '@/components/plan-facts'
import { SearchField } from '@/components/search-field'
import { StatusDot } from '@/components/status-dot'
import type { Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { RowTags } from '@/features/vps/components/tags'
import { VpsMenu } from '@/features/vps/components/vps-menu'
import { plansQuery, vpsListQuery } from '@/lib/api/queries'
import type { Vps } from '@/lib/api/types'
import { VPS_STATUSES, vpsNow, vpsStatus } from '@/lib/status'
import { useMay, useOrg, useOrgPath } from '@/lib/use-org'
import { useUrl, useUrlDialogOf } from '@/lib/use-url'

// Forms weigh 20 kB, and a list asks for none of them until a dialog opens.
const VpsDialogs = lazy(() => import('@/features/vps/components/vps-dialogs').then((m) => ({ default: m.VpsDialogs })))

const PAGE_SIZE = 50
const FIRST_PLANS = 3

const columns = (onAsk: (dialog: string, vps: Vps) => void, onTag: (tag: string) => void): Column<Vps>[] => [
  {
    id: 'server',
    head: 'Server',
    skeleton: 'w-36',
    className: 'max-w-64',
    cell: (s) => (
      <span className="grid">
        <OrgLink
          to={`/servers/${s.id}`}
          className="truncate font-medium hover:text-accent hover:underline"
          title={s.label}
        >
          {s.label}
        </OrgLink>
        <Place region={s.region} className="text-[13px] text-muted md:hidden" />
      </span>
    ),
  },
  {
    id: 'status',
    head: 'Status',
    skeleton: 'w-20',
    cell: (s) => (
      <span className="grid sm:w-44">
        <StatusDot status={vpsNow(s)} />
      </span>
    ),
  },
  {
    id: 'region',
    head: 'Region',
    from: 'md',
    skeleton: 'w-24',
    cell: (s) => <Place region={s.region} />,
  },
  {
    id: 'plan',
    head: 'Plan',
    from: 'lg',
    skeleton: 'w-20',
    cell: (s) => <span className="whitespace-nowrap">{s.plan.name}</span>,
  },
  {
    id: 'tags',
    head: 'Tags',
    from: 'lg',
    skeleton: 'w-24',
    cell: (s) => <RowTags tags={s.tags} onChoose={onTag} />,
  },
  {
    id: 'ip',
    head: 'IP address',
    from: 'sm',
    skeleton: 'w-28',
    cell: (s) => (s.ipv4 ? <CopyText text={s.ipv4} what="IP address" /> : <span className="text-muted">—</span>),
  },
  {
    id: 'cost',
    head: 'Per hour',
    align: 'right',
    from: 'md',
    skeleton: 'w-14',
    cell: (s) => <Money value={s.price.hourly} digits="rate" />,
  },
  {
    id: 'age',
    head: 'Age',
    align: 'right',
    from: 'xl',
    skeleton: 'w-10',
    cell: (s) => <Ago at={s.created_at} suffix={false} />,
  },
  {
    id: 'menu',
    head: <span className="sr-only">Actions</span>,
    align: 'right',
    skeleton: 'w-6',
    cell: (s) => <VpsMenu vps={s} onAsk={(dialog) => onAsk(dialog, s)} />,
  },
]

export function VpsListPage() {
  const { get, set } = useUrl()
  const { dialog, of, show, close } = useUrlDialogOf()
  const { id: org } = useOrg()
  const at = useOrgPath()
  const mayCreate = useMay('vps:create')
  const status = VPS_STATUSES.find((s) => s === get('status'))
  const q = get('q')
  const tag = get('tag')
  const cursor = get('cursor')
  const query = useQuery(
    vpsListQuery(org, {
      limit: PAGE_SIZE,
      ...(status ? { status } : {}),
      ...(q ? { q } : {}),
      ...(tag ? { tag } : {}),
      ...(cursor ? { cursor } : {}),
    }),
  )
  const filtered = status !== undefined || q !== '' || tag !== '' || cursor !== ''
  const asked = query.data?.items.find((s) => s.id === of)
  const create = mayCreate ? (
    <Button asChild variant="primary">
      <OrgLink to="/servers/new">
        <Plus aria-hidden className="size-4" /> Create server
      </OrgLink>
    </Button>
  ) : null

  return (
    <Page title="Servers" wide actions={create}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label="Search by name or IP" />
        <Select
          aria-label="Status"
          className="w-40"
          value={status ?? ''}
          onChange={(e) => set({ status: e.target.value })}
        >
          <option value="">Any status</option>
          {VPS_STATUSES.map((s) => (
            <option key={s} value={s}>
              {vpsStatus(s).words.replace('…', '')}
            </option>
          ))}
        </Select>
        {tag ? (
          <Button onClick={() => set({ tag: null })} aria-label={`No longer only those tagged ${tag}`}>
            <span className="max-w-48 truncate">Tag: {tag}</span> <X aria-hidden className="size-4" />
          </Button>
        ) : null}
      </div>
      <DataTable
        label="Servers"
        columns={columns(
          (name, s) => show(name, s.id),
          (chosen) => set({ tag: chosen }),
        )}
        query={query}
        rowKey={(s) => s.id}
        rowTo={(s) => at(`/servers/${s.id}`)}
        empty={filtered ? <NoMatch onClear={() => set({ q: null, status: null, tag: null })} /> : <FirstVps />}
      />
      {asked ? (
        <Suspense fallback={null}>
          <VpsDialogs vps={asked} dialog={dialog} onClose={close} />
        </Suspense>
      ) : null}
    </Page>
  )
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Empty icon={<SearchX />} title="No servers match" action={<Button onClick={onClear}>Clear filters</Button>}>
      Try another name, IP address, status or tag.
    </Empty>
  )
}

function FirstVps() {
  const plans = useQuery(plansQuery(useOrg().id))
  const mayCreate = useMay('vps:create')
  const first = plans.data?.items.slice(0, FIRST_PLANS) ?? []
  return (
    <div className="pb-10">
      <Empty icon={<Server />} title="Start with your first server">
        {first.length > 0 || plans.isPending
          ? 'Choose a plan. You pay by the hour and can delete the server at any time.'
          : 'No plans are available yet. Please check back later.'}
      </Empty>
      {mayCreate ? (
        <ul className="mx-auto grid max-w-3xl gap-3 px-4 sm:grid-cols-3">
          {first.map((plan) => (
            <li key={plan.id}>
              <OrgLink
                to={`/servers/new?plan=${plan.id}`}
                className="block h-full rounded-lg border p-4 transition-colors hover:border-accent"
              >
                <PlanFacts plan={plan} />
              </OrgLink>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
