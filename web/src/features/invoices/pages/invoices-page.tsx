import { useQuery } from '@tanstack/react-query'
import { FileText } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { ExportMenu } from '@/components/export-menu'
import { Page } from '@/components/page'
import { WhoMay } from '@/components/who-may'
import { invoiceLists, invoicesQuery } from '@/features/invoices/api/queries'
import { invoiceColumns } from '@/features/invoices/components/columns'
import { orgPath } from '@/lib/org-path'
import { useMay, useOrg } from '@/lib/use-org'
import { useUrl } from '@/lib/use-url'

/** Receipts, invoices and credit notes of an organisation. */
export function InvoicesPage() {
  const { id: org } = useOrg()
  const may = useMay('statement:read')
  const { get } = useUrl()
  const query = useQuery({ ...invoicesQuery(org, get('cursor')), enabled: may })
  const to = ({ id }: { id: string }) => orgPath(org, `/wallet/invoices/${id}`)
  return (
    <Page
      title="Invoices"
      detail="Receipts of your payments, and each month’s invoice, paid from your balance."
      back={{ to: orgPath(org, '/wallet'), label: 'Wallet' }}
      actions={may ? <ExportMenu files={invoiceLists(org)} /> : undefined}
    >
      {may ? (
        <DataTable
          label="Invoices"
          columns={invoiceColumns(to)}
          query={query}
          rowKey={(i) => i.id}
          rowTo={to}
          empty={
            <Empty icon={<FileText />} title="No documents yet">
              A receipt follows each payment at once, and the first invoice the end of the month.
            </Empty>
          }
        />
      ) : (
        <WhoMay perm="statement:read" what="see invoices" />
      )}
    </Page>
  )
}
