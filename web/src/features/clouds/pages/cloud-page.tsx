import { useQuery } from '@tanstack/react-query'
import { Ellipsis, Eye, EyeOff, KeyRound, Pause, Play, RefreshCw, Trash2 } from 'lucide-react'
import { useNavigate, useParams } from 'react-router'
import { Acts } from '@/components/acts'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { CopyText } from '@/components/copy-text'
import { Ago, At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { Page } from '@/components/page'
import { QueryPage } from '@/components/query-page'
import { StatusHeading } from '@/components/status-heading'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { UrlTabs } from '@/components/ui/tabs'
import { useChangeCloud, useRemoveCloud, useSyncCloud } from '@/features/clouds/api/mutations'
import { cloudQuery } from '@/features/clouds/api/queries'
import { BrakesPanel } from '@/features/clouds/components/brakes-panel'
import { CatalogImages, CatalogRegions, CatalogTypes } from '@/features/clouds/components/catalog-tables'
import { PauseCloudDialog } from '@/features/clouds/components/pause-cloud-dialog'
import { PausedBanner } from '@/features/clouds/components/paused-banner'
import { RateCard } from '@/features/clouds/components/rate-card'
import { TokenDialog } from '@/features/clouds/components/token-dialog'
import { PROVIDER_NAMES } from '@/features/clouds/providers'
import type { Cloud } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { cloudStatus } from '@/lib/status'
import { useUrl, useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/admin/clouds', label: 'Clouds' }

export function CloudPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(cloudQuery(id))} title="Cloud" back={BACK}>
      {(cloud) => <CloudView cloud={cloud} />}
    </QueryPage>
  )
}

function CloudView({ cloud }: { cloud: Cloud }) {
  const token = useUrlDialog('token')
  const remove = useUrlDialog('remove')
  const pause = useUrlDialog('pause')
  const resume = useUrlDialog('resume')
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
        <StatusHeading title={cloud.name} label="Status" status={cloudStatus(cloud.status)}>
          {cloud.paused ? <Badge tone="warning">Paused</Badge> : null}
          {cloud.active ? null : <Badge>No new orders</Badge>}
        </StatusHeading>
      }
      detail={PROVIDER_NAMES[cloud.provider] ?? cloud.provider}
      actions={<Actions cloud={cloud} />}
    >
      <BrakesPanel cloud={cloud} />
      <PausedBanner cloud={cloud} onResume={() => resume.onOpenChange(true)} />
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
        <div className="order-1 grid min-w-0 gap-4 lg:order-2">
          <Details cloud={cloud} />
          <RateCard rate={cloud.rate} />
          <Acts type="cloud" id={cloud.id} />
        </div>
      </div>
      <TokenDialog cloud={cloud} {...token} />
      <RemoveDialog cloud={cloud} {...remove} />
      <PauseCloudDialog cloud={cloud} pause {...pause} open={pause.open && !cloud.paused} />
      <PauseCloudDialog cloud={cloud} pause={false} {...resume} open={resume.open && cloud.paused} />
    </Page>
  )
}

function Actions({ cloud }: { cloud: Cloud }) {
  const sync = useSyncCloud(cloud.id)
  const change = useChangeCloud(cloud.id, `${cloud.name} was not changed`)
  const { set } = useUrl()
  const show = (dialog: string) => set({ dialog }, { push: true })
  return (
    <>
      <Menu
        trigger={
          <Button size="icon" aria-label="More actions">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
      >
        <MenuItem onSelect={() => show('token')}>
          <KeyRound aria-hidden /> Replace token…
        </MenuItem>
        <MenuItem onSelect={() => change.mutate({ active: !cloud.active })}>
          {cloud.active ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          {cloud.active ? 'Stop new orders' : 'Accept new orders'}
        </MenuItem>
        <MenuItem onSelect={() => show(cloud.paused ? 'resume' : 'pause')}>
          {cloud.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {cloud.paused ? 'Resume jobs…' : 'Pause jobs…'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => show('remove')}>
          <Trash2 aria-hidden /> Remove…
        </MenuItem>
      </Menu>
      <Button
        variant="primary"
        pending={sync.isPending}
        disabled={cloud.status !== 'valid'}
        onClick={() => sync.mutate()}
      >
        {sync.isPending ? null : <RefreshCw aria-hidden className="size-4" />} Sync catalog
      </Button>
    </>
  )
}

function State({ cloud, onToken }: { cloud: Cloud; onToken: () => void }) {
  if (cloud.status === 'invalid') {
    return (
      <Alert
        tone="danger"
        live
        title="This cloud refuses the token"
        action={
          <Button size="sm" onClick={onToken}>
            Replace token
          </Button>
        }
      >
        {cloud.status_detail ?? 'Create a new token at the provider and enter it here.'}
      </Alert>
    )
  }
  if (cloud.status === 'pending') {
    return (
      <Alert tone="info" title="Checking the token" live>
        Types, regions and images are fetched next. You do not need to wait here.
      </Alert>
    )
  }
  return cloud.status_detail ? <Alert tone="warning">{cloud.status_detail}</Alert> : null
}

function Details({ cloud }: { cloud: Cloud }) {
  return (
    <Card aria-labelledby="facts">
      <CardHeader id="facts" title="Details" />
      <CardBody>
        <Facts
          items={[
            ['Email', cloud.email ?? <span className="text-muted">—</span>],
            [
              'Token',
              <span key="t" className="font-mono text-xs">
                {cloud.token_hint}
              </span>,
            ],
            ...(cloud.endpoint
              ? ([
                  [
                    'Endpoint',
                    <span key="e" className="font-mono text-xs break-all">
                      {cloud.endpoint}
                    </span>,
                  ],
                ] as [string, React.ReactNode][])
              : []),
            [
              'Servers',
              <span key="s" className="num">
                {cloud.servers}
              </span>,
            ],
            [
              'Synced',
              cloud.synced_at ? (
                <Ago key="y" at={cloud.synced_at} />
              ) : (
                <span key="y" className="text-muted">
                  never
                </span>
              ),
            ],
            ['Connected', <At key="c" at={cloud.created_at} />],
            ['ID', <CopyText key="i" text={cloud.id} what="cloud ID" wrap className="text-xs" />],
          ]}
        />
      </CardBody>
    </Card>
  )
}

function RemoveDialog({
  cloud,
  open,
  onOpenChange,
}: {
  cloud: Cloud
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const remove = useRemoveCloud(cloud.id)
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
      <p>Its token is erased and its plans are taken off sale. Nothing at the provider is changed.</p>
      {cloud.servers > 0 ? (
        <p className="text-muted">
          It still has {countOf(cloud.servers, 'server')}. It can be removed once{' '}
          {cloud.servers === 1 ? 'it is' : 'they are'} deleted.
        </p>
      ) : null}
    </ConfirmDialog>
  )
}
