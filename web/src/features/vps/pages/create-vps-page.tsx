import { Page } from '@/components/page'
import { WhoMay } from '@/components/who-may'
import { CreateVpsForm } from '@/features/vps/components/create-vps-form'
import { QuotaLine, QuotaNotice } from '@/features/vps/components/quota-notice'
import { useMay, useOrgPath } from '@/lib/use-org'

export function CreateVpsPage() {
  const may = useMay('vps:create')
  return (
    <Page
      title="Create server"
      back={{ to: useOrgPath()('/servers'), label: 'Servers' }}
      detail={may ? <QuotaLine /> : undefined}
    >
      {may ? (
        <>
          <QuotaNotice />
          <CreateVpsForm />
        </>
      ) : (
        <WhoMay perm="vps:create" what="create servers" />
      )}
    </Page>
  )
}
