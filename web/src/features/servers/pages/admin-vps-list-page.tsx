import { useQuery } from '@tanstack/react-query'
import { SearchX, Server } from 'lucide-react'
import { useState } from 'react'
import { AdminVpsTable, VPS_SORTS } from '@/components/admin-vps-table'
import { ComboFilter } from '@/components/combo-filter'
import { useSort } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { SearchField } from '@/components/search-field'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { adminPlansQuery, adminVpsListQuery, cloudCatalogQuery, cloudsQuery, customersQuery } from '@/lib/api/queries'
import type { AdminVps, AdminVpsFilter } from '@/lib/api/types'
import { vpsStatus } from '@/lib/status'
import { useDebounced } from '@/lib/use-debounced'
import { useUrl } from '@/lib/use-url'

const PAGE_SIZE = 50
const MAX_CHOICES = 8
const STATUSES = ['requested', 'provisioning', 'running', 'stopped', 'failed', 'lost', 'deleting', 'deleted'] as const
const NAMES = ['status', 'cloud', 'plan', 'region', 'org', 'q'] as const

/** An id of this kind; another text in an address names nothing. */
const isId = (kind: string, text: string) => new RegExp(`^${kind}_[0-9a-z]{26}$`).test(text)

/** The filters as the address has them and the API takes them. */
function useFilter() {
  const { get, set } = useUrl()
  const status = STATUSES.find((s) => s === get('status'))
  const filter: AdminVpsFilter = {
    ...(status && { status }),
    ...(isId('cloud', get('cloud')) && { cloud: get('cloud') }),
    ...(isId('plan', get('plan')) && { plan: get('plan') }),
    ...(get('region') && { region: get('region') }),
    ...(isId('org', get('org')) && { org: get('org') }),
    ...(get('q') && { q: get('q') }),
  }
  return {
    filter,
    cursor: get('cursor'),
    set: (changes: Partial<Record<(typeof NAMES)[number], string | null>>) => set(changes),
    clear: () => set(Object.fromEntries(NAMES.map((name) => [name, null]))),
    any: Object.keys(filter).length > 0,
  }
}

/** The servers of all customers. */
export function AdminVpsListPage() {
  const { filter, cursor, any, clear } = useFilter()
  const sort = useSort(VPS_SORTS)
  const query = useQuery(adminVpsListQuery({ limit: PAGE_SIZE, ...filter, ...sort, ...(cursor ? { cursor } : {}) }))
  return (
    <Page title="Servers of all customers" wide>
      <Filters rows={query.data?.items ?? []} />
      <AdminVpsTable
        query={query}
        empty={
          any ? (
            <Empty icon={<SearchX />} title="No servers match" action={<Button onClick={clear}>Clear filters</Button>}>
              Try another name, address or status. Deleted servers are shown by their status.
            </Empty>
          ) : (
            <Empty icon={<Server />} title="No servers yet">
              What customers order appears here.
            </Empty>
          )
        }
      />
    </Page>
  )
}

function Filters({ rows }: { rows: AdminVps[] }) {
  const { filter, any, set, clear } = useFilter()
  const clouds = useQuery(cloudsQuery).data?.items ?? []
  const plans = useQuery(adminPlansQuery).data?.items ?? []
  const cloud = filter.cloud ?? (clouds.length === 1 ? clouds[0]?.id : undefined)
  const regions = useQuery({ ...cloudCatalogQuery(cloud ?? ''), enabled: cloud !== undefined }).data?.regions ?? []
  const choose = (
    label: string,
    name: 'status' | 'cloud' | 'plan' | 'region',
    options: { value: string; label: string }[],
    fallback?: string,
  ) => {
    const chosen = filter[name] ?? ''
    return (
      <Select aria-label={label} className="sm:w-38" value={chosen} onChange={(e) => set({ [name]: e.target.value })}>
        <option value="">Any {label.toLowerCase()}</option>
        {!chosen || options.some((o) => o.value === chosen) ? null : (
          <option value={chosen}>{fallback ?? chosen}</option>
        )}
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </Select>
    )
  }
  return (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-center">
      <div className="col-span-2 flex sm:contents">
        <SearchField label="Search by name, IP address or ID" placeholder="Name, IP address or ID" />
      </div>
      {choose(
        'Status',
        'status',
        STATUSES.map((s) => ({ value: s, label: vpsStatus(s).words })),
      )}
      {choose(
        'Cloud',
        'cloud',
        clouds.map((c) => ({ value: c.id, label: c.name })),
      )}
      {choose(
        'Plan',
        'plan',
        plans.map((p) => ({ value: p.id, label: p.name })),
        rows[0]?.plan.name,
      )}
      {choose(
        'Region',
        'region',
        regions.map((r) => ({ value: r.id, label: r.label })),
        rows[0]?.region.label,
      )}
      <CustomerFilter rows={rows} />
      {any ? (
        <Button variant="ghost" onClick={clear}>
          Clear filters
        </Button>
      ) : null}
    </div>
  )
}

function CustomerFilter({ rows }: { rows: AdminVps[] }) {
  const { filter, set } = useFilter()
  const [text, setText] = useState<string | null>(null)
  const q = useDebounced((text ?? '').trim(), 150)
  const { data } = useQuery({ ...customersQuery({ limit: MAX_CHOICES, ...(q ? { q } : {}) }), enabled: text !== null })
  const options = (data?.items ?? []).map((c) => ({ value: c.org_id, label: c.name, detail: c.owner.email }))
  const named = rows.find((s) => s.organisation.id === filter.org)?.organisation.name
  return (
    <ComboFilter
      label="Customer"
      className="sm:w-44"
      chosen={filter.org ? (named ?? options.find((o) => o.value === filter.org)?.label ?? filter.org) : ''}
      options={options}
      onText={setText}
      onPick={(org) => set({ org })}
    />
  )
}
