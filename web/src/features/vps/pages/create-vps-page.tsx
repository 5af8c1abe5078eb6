import { Page } from '@/components/page'
import { ProblemAlert } from '@/components/problem-alert'
import { CreateVpsForm } from '@/features/vps/components/create-vps-form'
import { QuotaLine, QuotaNotice } from '@/features/vps/components/quota-notice'
import { Problem } from '@/lib/api/problem'
import { useCanWrite } from '@/lib/use-me'

export function CreateVpsPage() {
  const canWrite = useCanWrite()
  return (
    <Page
      title="Create server"
      back={{ to: '/servers', label: 'Servers' }}
      detail={canWrite ? <QuotaLine /> : undefined}
    >
      {canWrite ? (
        <>
          <QuotaNotice />
          <CreateVpsForm />
        </>
      ) : (
        <ProblemAlert
          error={
            new Problem({
              status: 403,
              title: 'Read-only access',
              detail: 'You can view servers but not create them. Ask an owner of your organisation.',
            })
          }
        />
      )}
    </Page>
  )
}
