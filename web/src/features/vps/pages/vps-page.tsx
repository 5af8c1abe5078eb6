import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useParams } from 'react-router'
import { CopyText } from '@/components/copy-text'
import { Page } from '@/components/page'
import { Place } from '@/components/place'
import { QueryPage } from '@/components/query-page'
import { StatusHeading } from '@/components/status-heading'
import { Button } from '@/components/ui/button'
import { UrlTabs } from '@/components/ui/tabs'
import { vpsQuery } from '@/features/vps/api/queries'
import { VpsActions } from '@/features/vps/components/vps-actions'
import { VpsActivity } from '@/features/vps/components/vps-activity'
import { VpsDialogs } from '@/features/vps/components/vps-dialogs'
import { VpsOverview } from '@/features/vps/components/vps-overview'
import { possible } from '@/features/vps/possible-actions'
import { useVpsRights } from '@/features/vps/use-vps-rights'
import type { Vps } from '@/lib/api/types'
import { vpsNow } from '@/lib/status'
import { useOrg, useOrgPath } from '@/lib/use-org'
import { useUrl } from '@/lib/use-url'

/** The way to all servers of the organisation. */
const useBack = () => ({ to: useOrgPath()('/servers'), label: 'Servers' })

export function VpsPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(vpsQuery(useOrg().id, id))} title="Server" back={useBack()}>
      {(vps) => <VpsView vps={vps} />}
    </QueryPage>
  )
}

function VpsView({ vps }: { vps: Vps }) {
  const can = possible(vps, useVpsRights())
  const { get, set } = useUrl()
  const ask = (dialog: string) => set({ dialog }, { push: true })
  return (
    <Page
      title={vps.label}
      back={useBack()}
      heading={
        <StatusHeading
          title={vps.label}
          label="Status"
          status={vpsNow(vps)}
          aside={
            can.change ? (
              <Button variant="ghost" size="icon-sm" aria-label="Rename server" onClick={() => ask('rename')}>
                <Pencil aria-hidden className="size-4" />
              </Button>
            ) : null
          }
        />
      }
      detail={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {vps.ipv4 ? <CopyText text={vps.ipv4} what="IP address" /> : null}
          <Place region={vps.region} />
          <span>{vps.image.label}</span>
        </span>
      }
      actions={<VpsActions vps={vps} can={can} onAsk={ask} />}
    >
      <UrlTabs
        label="Server"
        tabs={[
          { id: 'overview', label: 'Overview', content: <VpsOverview vps={vps} can={can} onAsk={ask} /> },
          { id: 'activity', label: 'Activity', content: <VpsActivity vps={vps} /> },
        ]}
      />
      <VpsDialogs vps={vps} dialog={get('dialog')} onClose={() => set({ dialog: null })} />
    </Page>
  )
}
