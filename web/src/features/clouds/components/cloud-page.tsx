import { useQuery } from '@tanstack/react-query'
import { Ellipsis, KeyRound, Pause, Play, RefreshCw, Trash2 } from 'lucide-react'
import { useNavigate, useParams } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { CopyText } from '@/components/copy-text'
import { Ago, At } from '@/components/date-time'
import { Facts, Page } from '@/components/page'
import { RetryPanel } from '@/components/panel'
import { StatusDot } from '@/components/status-dot'
import { Alert } from '@/components/ui/alert'
import { Badge, Skeleton } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { UrlTabs } from '@/components/ui/tabs'
import { cloudQuery, useChangeCloud, useRemove, useSync } from '@/features/clouds/api/queries'
import { CatalogImages, CatalogRegions, CatalogTypes } from '@/features/clouds/components/catalog'
import { TokenDialog } from '@/features/clouds/components/token-dialog'
import { KIND_NAMES } from '@/features/clouds/kinds'
import type { Cloud } from '@/lib/api/types'
import { cloudStatus } from '@/lib/status'
import { useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/admin/clouds', label: 'Clouds' }

export function CloudPage() {
  const { id = '' } = useParams()
  const query = useQuery(cloudQuery(id))
  if (query.data) return <CloudView cloud={query.data} />
  return (
    <Page title="Cloud" back={BACK}>
      {query.isError ? (
        <Card>
          <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : (
        <Skeleton className="h-64 w-full rounded-lg" />
      )}
    </Page>
  )
}

function CloudView({ cloud }: { cloud: Cloud }) {
  const sync = useSync(cloud.id)
  const token = useUrlDialog('token')
  const remove = useUrlDialog('remove')
  const change = useChangeCloud(cloud.id, `${cloud.name} was not changed`)
  const count = (label: string, n: number) => (
    <>
      {label} <span className="num ml-1 text-muted">{n}</span>
    </>
  )
  return (
    <Page
      title={cloud.name}
      back={BACK}
      heading={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-2xl font-semibold tracking-tight break-words">{cloud.name}</h1>
          <span role="status" aria-label="Status">
            <StatusDot status={cloudStatus(cloud.status)} className="rounded-full border bg-surface px-2.5 py-0.5 text-[13px] font-medium" />
          </span>
          {cloud.active ? null : <Badge>Paused</Badge>}
        </div>
      }
      detail={KIND_NAMES[cloud.kind] ?? cloud.kind}
      actions={
        <>
          <Menu
            trigger={
              <Button size="icon" aria-label="More actions">
                <Ellipsis aria-hidden className="size-4" />
              </Button>
            }
          >
            <MenuItem onSelect={() => token.onOpenChange(true)}>
              <KeyRound aria-hidden /> Replace token…
            </MenuItem>
            <MenuItem onSelect={() => change.mutate({ active: !cloud.active })}>
              {cloud.active ? <Pause aria-hidden /> : <Play aria-hidden />}
              {cloud.active ? 'Pause new orders' : 'Accept new orders'}
            </MenuItem>
            <MenuSeparator />
            <MenuItem danger onSelect={() => remove.onOpenChange(true)}>
              <Trash2 aria-hidden /> Remove…
            </MenuItem>
          </Menu>
          <Button variant="primary" pending={sync.isPending} disabled={cloud.status !== 'valid'} onClick={() => sync.mutate()}>
            {sync.isPending ? null : <RefreshCw aria-hidden className="size-4" />} Sync catalog
          </Button>
        </>
      }
    >
      <State cloud={cloud} onToken={() => token.onOpenChange(true)} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="order-2 min-w-0 lg:order-1">
          <UrlTabs
            label="Catalog"
            tabs={[
              { id: 'types', label: count('Types', cloud.types), content: <CatalogTypes id={cloud.id} /> },
              { id: 'regions', label: count('Regions', cloud.regions), content: <CatalogRegions id={cloud.id} /> },
              { id: 'images', label: count('Images', cloud.images), content: <CatalogImages id={cloud.id} /> },
            ]}
          />
        </div>
        <Account cloud={cloud} />
      </div>
      <TokenDialog cloud={cloud} {...token} />
      <RemoveDialog cloud={cloud} {...remove} />
    </Page>
  )
}

function State({ cloud, onToken }: { cloud: Cloud; onToken: () => void }) {
  if (cloud.status === 'invalid') {
    return (
      <Alert tone="danger" live title="This account does not accept the token" action={<Button size="sm" onClick={onToken}>Replace token</Button>}>
        {cloud.status_detail ?? 'Create a new token in the account and put it here.'}
      </Alert>
    )
  }
  if (cloud.status === 'pending') {
    return (
      <Alert tone="info" title="Checking the token" live>
        Then types, regions and images are fetched. This takes a few seconds; you need not wait here.
      </Alert>
    )
  }
  return cloud.status_detail ? <Alert tone="warning">{cloud.status_detail}</Alert> : null
}

function Account({ cloud }: { cloud: Cloud }) {
  return (
    <Card aria-labelledby="account" className="order-1 lg:order-2">
      <CardHeader id="account" title="Account" />
      <CardBody>
        <Facts
          items={[
            ['Account', cloud.account_email ?? <span className="text-muted">—</span>],
            ['Token', <span key="t" className="font-mono text-xs">{cloud.token_hint}</span>],
            ...(cloud.endpoint ? ([['Endpoint', <span key="e" className="font-mono text-xs break-all">{cloud.endpoint}</span>]] as [string, React.ReactNode][]) : []),
            ['Servers', <span key="s" className="num">{cloud.servers}</span>],
            ['Synced', cloud.synced_at ? <Ago key="y" at={cloud.synced_at} /> : <span key="y" className="text-muted">never</span>],
            ['Connected', <At key="c" at={cloud.created_at} />],
            ['Id', <CopyText key="i" text={cloud.id} what="cloud id" className="text-xs" />],
          ]}
        />
      </CardBody>
    </Card>
  )
}

function RemoveDialog({ cloud, open, onOpenChange }: { cloud: Cloud; open: boolean; onOpenChange: (open: boolean) => void }) {
  const remove = useRemove(cloud.id)
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Remove ${cloud.name}?`}
      confirm="Remove cloud"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate('/admin/clouds', { replace: true }) })}
    >
      <p>Its token is erased and its plans go off sale. Nothing in the account itself is touched.</p>
      {cloud.servers > 0 ? (
        <p className="text-muted">
          {cloud.servers} {cloud.servers === 1 ? 'server stands' : 'servers stand'} on it. It can be removed when none is left.
        </p>
      ) : null}
    </ConfirmDialog>
  )
}
