import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useParams } from 'react-router'
import { CopyText } from '@/components/copy-text'
import { Flag } from '@/components/flag'
import { Page } from '@/components/page'
import { RetryPanel } from '@/components/panel'
import { StatusDot } from '@/components/status-dot'
import { Skeleton } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { UrlTabs } from '@/components/ui/tabs'
import { possible } from '@/features/vps/actions'
import { vpsQuery } from '@/features/vps/api/queries'
import { DeleteDialog } from '@/features/vps/components/delete-dialog'
import { RenameDialog } from '@/features/vps/components/rename-dialog'
import { ServerActions } from '@/features/vps/components/server-actions'
import { ServerActivity } from '@/features/vps/components/server-activity'
import { ServerOverview } from '@/features/vps/components/server-overview'
import type { Vps } from '@/lib/api/types'
import { vpsStatus } from '@/lib/status'
import { useCanWrite } from '@/lib/use-me'
import { useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/servers', label: 'Servers' }

export function ServerPage() {
  const { id = '' } = useParams()
  const query = useQuery(vpsQuery(id))
  if (query.data) return <Server vps={query.data} />
  return (
    <Page title="Server" back={BACK} heading={query.isError ? undefined : <Skeleton className="h-8 w-56" />}>
      {query.isError ? (
        <div className="rounded-lg border bg-surface">
          <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : (
        <>
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-64 w-full rounded-lg" />
        </>
      )}
    </Page>
  )
}

function Server({ vps }: { vps: Vps }) {
  const can = possible(vps, useCanWrite())
  const rename = useUrlDialog('rename')
  const remove = useUrlDialog('delete')
  return (
    <Page
      title={vps.label}
      back={BACK}
      heading={
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-2xl font-semibold tracking-tight break-all">{vps.label}</h1>
          {can.rename ? (
            <Button variant="ghost" size="icon-sm" aria-label="Rename server" onClick={() => rename.onOpenChange(true)}>
              <Pencil aria-hidden className="size-4" />
            </Button>
          ) : null}
          <span role="status" aria-label="Status">
            <StatusDot status={vpsStatus(vps.status)} className="rounded-full border bg-surface px-2.5 py-0.5 text-[13px] font-medium" />
          </span>
        </div>
      }
      detail={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {vps.ipv4 ? <CopyText text={vps.ipv4} what="IP address" /> : null}
          <span className="flex items-center gap-2">
            <Flag country={vps.region.country} /> {vps.region.label}
          </span>
          <span>{vps.image.label}</span>
        </span>
      }
      actions={<ServerActions vps={vps} can={can} onDelete={() => remove.onOpenChange(true)} />}
    >
      <UrlTabs
        label="Server"
        tabs={[
          { id: 'overview', label: 'Overview', content: <ServerOverview vps={vps} /> },
          { id: 'activity', label: 'Activity', content: <ServerActivity vps={vps} /> },
        ]}
      />
      {can.rename ? <RenameDialog vps={vps} {...rename} /> : null}
      {can.delete ? <DeleteDialog vps={vps} {...remove} /> : null}
    </Page>
  )
}
