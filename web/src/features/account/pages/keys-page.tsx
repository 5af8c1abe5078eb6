import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useId } from 'react'
import { Ago, At } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { QueryPanel } from '@/components/query-panel'
import { Segmented } from '@/components/segmented'
import { Table, type Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { keysQuery } from '@/features/account/api/keys'
import { RevokeKeyDialog, RotateKeyDialog } from '@/features/account/components/key-dialogs'
import { MakeKeyDialog } from '@/features/account/components/make-key-dialog'
import { scopeWords } from '@/features/account/scopes'
import type { ApiKey, Membership } from '@/lib/api/types'
import { useMe } from '@/lib/use-me'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'
import { useUrl, useUrlDialog } from '@/lib/use-url'

/** Keys by which one's programs ask: for each organisation its own. */
export function KeysPage() {
  const mine = useMemberships()
  const { get } = useUrl()
  const last = useTabOrg()
  const org = mine.find(({ id }) => id === get('org')) ?? last
  if (!org)
    return (
      <Card>
        <Empty icon={<KeyRound />} title="No organisation">
          An API key is for an organisation, and you belong to none.
        </Empty>
      </Card>
    )
  return <OrgKeys key={org.id} org={org} />
}

function OrgKeys({ org }: { org: Membership }) {
  const { get, set } = useUrl()
  const heading = useId()
  const make = useUrlDialog('key')
  const seesAll = org.may.includes('keys:all')
  const all = seesAll && get('whose') === 'all'
  const query = useQuery(keysQuery(org.id, all))
  const mayMake = org.may.includes('keys:make')
  const create = (
    <Button variant="primary" size="sm" onClick={() => make.onOpenChange(true)}>
      Create key
    </Button>
  )
  return (
    <Card aria-labelledby={heading}>
      <CardHeader
        id={heading}
        title="API keys"
        detail={
          <>
            Programs ask with a key, as <span className="font-mono text-[13px]">Authorization: Bearer sp_…</span>{' '}
            <a href="/api/docs" className="underline">
              What they can ask
            </a>
          </>
        }
        action={mayMake ? create : undefined}
      />
      <CardBody className="flex flex-wrap items-center gap-3">
        <Organisation org={org} />
        {seesAll ? (
          <Segmented
            label="Whose keys"
            value={all ? 'all' : 'mine'}
            onChange={(whose) => set({ whose: whose === 'all' ? whose : null })}
            options={[
              { value: 'mine', label: 'Mine' },
              { value: 'all', label: 'Everybody’s' },
            ]}
          />
        ) : null}
      </CardBody>
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-40" />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<KeyRound />} title="No API keys yet" action={mayMake ? create : undefined}>
              Create one for each program, with no more than it needs, and revoke it when the program goes.
            </Empty>
          ) : (
            <Keys org={org} keys={items} all={all} />
          )
        }
      </QueryPanel>
      <MakeKeyDialog org={org} {...make} />
    </Card>
  )
}

function Organisation({ org }: { org: Membership }) {
  const mine = useMemberships()
  const { set } = useUrl()
  if (mine.length < 2) return <p className="min-w-0 text-sm wrap-anywhere text-muted">For {org.name}</p>
  return (
    <Select
      aria-label="Organisation"
      className="w-auto min-w-48"
      value={org.id}
      onChange={(e) => set({ org: e.target.value, whose: null })}
    >
      {mine.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  )
}

function Keys({ org, keys, all }: { org: Membership; keys: ApiKey[]; all: boolean }) {
  const me = useMe()
  const { get, set } = useUrl()
  const chosen = keys.find(({ id }) => id === get('of'))
  const open = (dialog: string, of: string) => set({ dialog, of }, { push: true })
  const close = (to: boolean) => {
    if (!to) set({ dialog: null, of: null })
  }
  const columns: Column<ApiKey>[] = [
    { id: 'name', head: 'Key', cell: (key) => <Name apiKey={key} all={all} /> },
    { id: 'may', head: 'May', from: 'md', cell: (key) => <May apiKey={key} /> },
    { id: 'used', head: 'Last used', from: 'sm', cell: (key) => <LastUse apiKey={key} /> },
    { id: 'ends', head: 'Ends', cell: (key) => <End apiKey={key} /> },
    {
      id: 'do',
      head: <span className="sr-only">Actions</span>,
      align: 'right',
      cell: (key) =>
        key.active ? (
          <span className="inline-flex flex-wrap justify-end gap-1.5">
            {key.owner.id === me.user.id && key.successor_id == null && org.may.includes('keys:make') ? (
              <Button size="sm" onClick={() => open('rotate', key.id)} aria-label={`Rotate ${key.name}`}>
                Rotate
              </Button>
            ) : null}
            <Button size="sm" onClick={() => open('revoke', key.id)} aria-label={`Revoke ${key.name}`}>
              Revoke
            </Button>
          </span>
        ) : null,
    },
  ]
  return (
    <>
      <Table label="API keys" columns={columns} rows={keys} rowKey={(key) => key.id} />
      {chosen ? (
        <>
          <RotateKeyDialog org={org.id} apiKey={chosen} open={get('dialog') === 'rotate'} onOpenChange={close} />
          <RevokeKeyDialog org={org.id} apiKey={chosen} open={get('dialog') === 'revoke'} onOpenChange={close} />
        </>
      ) : null}
    </>
  )
}

function Name({ apiKey, all }: { apiKey: ApiKey; all: boolean }) {
  return (
    <span className="grid min-w-0">
      <span className="font-medium wrap-anywhere">{apiKey.name}</span>
      <span className="font-mono text-xs text-muted">{apiKey.prefix}…</span>
      {all ? <span className="text-xs text-muted wrap-anywhere">{apiKey.owner.name}</span> : null}
    </span>
  )
}

/** What it may now; what it was made for and its owner lost is struck through. */
function May({ apiKey }: { apiKey: ApiKey }) {
  return (
    <ul className="flex max-w-sm flex-wrap gap-1">
      {apiKey.scopes.map((scope) => {
        const may = !apiKey.active || apiKey.may.includes(scope)
        return (
          <li key={scope} title={may ? scopeWords(scope) : `${scopeWords(scope)}: no longer, as its owner may not`}>
            <Badge className={may ? 'font-mono' : 'font-mono line-through'}>{scope}</Badge>
          </li>
        )
      })}
    </ul>
  )
}

function LastUse({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.last_used_at == null) return <span className="text-muted">Never</span>
  return (
    <span className="grid">
      <Ago at={apiKey.last_used_at} />
      {apiKey.last_ip == null ? null : <span className="text-xs text-muted">from {apiKey.last_ip}</span>}
    </span>
  )
}

function End({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.revoked_at != null) return <Badge tone="danger">Revoked</Badge>
  if (!apiKey.active) return <Badge>Ended</Badge>
  return (
    <span className="grid justify-items-start gap-0.5">
      <At at={apiKey.expires_at} />
      {apiKey.successor_id == null ? null : <Badge tone="info">Replaced</Badge>}
    </span>
  )
}
