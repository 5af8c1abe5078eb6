import { useQuery } from '@tanstack/react-query'
import { FileText, Plus } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { adminInvoicesQuery } from '@/features/invoices/api/queries'
import { invoiceColumns } from '@/features/invoices/components/columns'
import { IssueDialog } from '@/features/invoices/components/issue-dialog'
import { useUrl, useUrlDialog } from '@/lib/use-url'

const to = ({ id }: { id: string }) => `/admin/invoices/${id}`

/** Documents of all customers. */
export function AdminInvoicesPage() {
  const { get } = useUrl()
  const query = useQuery(adminInvoicesQuery(get('cursor')))
  const issue = useUrlDialog('issue')
  return (
    <Page
      title="Invoices"
      wide
      detail="Receipts, invoices and credit notes of all customers. Numbers of a kind have no gap."
      actions={
        <Button variant="primary" onClick={() => issue.onOpenChange(true)}>
          <Plus aria-hidden className="size-4" /> Issue an invoice
        </Button>
      }
    >
      <DataTable
        label="Invoices"
        columns={invoiceColumns(to, true)}
        query={query}
        rowKey={(i) => i.id}
        rowTo={to}
        empty={
          <Empty icon={<FileText />} title="No documents yet">
            Receipts follow credits at once, and invoices the end of a month.
          </Empty>
        }
      />
      <IssueDialog {...issue} />
    </Page>
  )
}
