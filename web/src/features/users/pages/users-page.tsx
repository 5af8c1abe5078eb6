import { useQuery } from '@tanstack/react-query'
import { Plus, UserRound } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable, useSort } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { SearchField } from '@/components/search-field'
import type { Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { usersQuery } from '@/features/users/api/queries'
import { CreateUserDialog } from '@/features/users/components/create-user-dialog'
import { ROLES, STATES } from '@/features/users/words'
import type { AdminUser, AdminUserRow } from '@/lib/api/types'
import { useUrl, useUrlDialog } from '@/lib/use-url'

const PAGE_SIZE = 50
const SORTS = ['created', 'name', 'email', 'seen'] as const

const COLUMNS: Column<AdminUserRow>[] = [
  {
    id: 'name',
    head: 'User',
    sort: { by: 'name', first: 'asc' },
    skeleton: 'w-36',
    className: 'max-w-64',
    cell: (u) => (
      <span className="grid">
        <Link to={`/admin/users/${u.id}`} className="truncate font-medium hover:text-accent hover:underline">
          {u.name}
        </Link>
        <Truncated text={u.email} className="text-[13px] text-muted" />
      </span>
    ),
  },
  {
    id: 'state',
    head: 'State',
    skeleton: 'w-16',
    cell: (u) => <Badge tone={STATES[u.state].tone}>{STATES[u.state].words}</Badge>,
  },
  {
    id: 'role',
    head: 'Role',
    from: 'md',
    skeleton: 'w-20',
    cell: (u) => ROLES[u.role],
  },
  {
    id: 'organisations',
    head: 'Organisations',
    align: 'right',
    from: 'lg',
    skeleton: 'w-6',
    cell: (u) => <span className={u.organisations > 0 ? '' : 'text-muted'}>{u.organisations}</span>,
  },
  {
    id: 'seen',
    head: 'Last seen',
    sort: { by: 'seen', first: 'desc' },
    align: 'right',
    from: 'sm',
    skeleton: 'w-14',
    cell: (u) => (u.seen_at ? <Ago at={u.seen_at} /> : <span className="text-muted">Never</span>),
  },
  {
    id: 'since',
    head: 'Since',
    sort: { by: 'created', first: 'desc' },
    align: 'right',
    from: 'xl',
    skeleton: 'w-10',
    cell: (u) => <Ago at={u.created_at} suffix={false} />,
  },
]

const word = <T extends string>(words: Record<T, unknown>, text: string): T | undefined =>
  Object.keys(words).includes(text) ? (text as T) : undefined

export function UsersPage() {
  const { get, set } = useUrl()
  const create = useUrlDialog('create')
  const [q, cursor] = [get('q'), get('cursor')]
  const role = word<AdminUser['role']>(ROLES, get('role'))
  const state = word<AdminUser['state']>(STATES, get('state'))
  const sort = useSort(SORTS)
  const query = useQuery(
    usersQuery({
      limit: PAGE_SIZE,
      ...sort,
      ...(q ? { q } : {}),
      ...(role ? { role } : {}),
      ...(state ? { state } : {}),
      ...(cursor ? { cursor } : {}),
    }),
  )
  const filtered = q !== '' || role !== undefined || state !== undefined
  return (
    <Page
      title="Users"
      wide
      actions={
        <Button variant="primary" onClick={() => create.onOpenChange(true)}>
          <Plus aria-hidden className="size-4" /> Create user
        </Button>
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label="Search by name, email or ID" />
        <Select
          aria-label="State"
          value={state ?? ''}
          onChange={(e) => set({ state: e.target.value })}
          className="w-40"
        >
          <option value="">All states</option>
          {Object.entries(STATES).map(([value, { words }]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
        <Select aria-label="Role" value={role ?? ''} onChange={(e) => set({ role: e.target.value })} className="w-40">
          <option value="">All roles</option>
          {Object.entries(ROLES).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      </div>
      <DataTable
        label="Users"
        columns={COLUMNS}
        query={query}
        rowKey={(u) => u.id}
        rowTo={(u) => `/admin/users/${u.id}`}
        sorted={{ by: 'created', order: 'desc' }}
        empty={
          <Empty
            icon={<UserRound />}
            title={filtered ? 'No users match' : 'No users yet'}
            action={
              filtered ? <Button onClick={() => set({ q: null, role: null, state: null })}>Clear filters</Button> : null
            }
          >
            {filtered ? 'Try another name, address or state.' : 'Everyone who registers or is invited appears here.'}
          </Empty>
        }
      />
      <CreateUserDialog {...create} />
    </Page>
  )
}
