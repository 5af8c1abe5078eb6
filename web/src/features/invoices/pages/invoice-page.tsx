import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Skeleton } from '@/components/ui/skeleton'
import { invoiceFiles, invoiceQuery } from '@/features/invoices/api/queries'
import { DownloadButton } from '@/features/invoices/components/download-button'
import { InvoiceView } from '@/features/invoices/components/invoice-view'
import { KIND_WORDS } from '@/features/invoices/words'
import { orgPath } from '@/lib/org-path'
import { useOrg } from '@/lib/use-org'

/** One document: what it says, and its files. */
export function InvoicePage() {
  const { id = '' } = useParams()
  const { id: org } = useOrg()
  const query = useQuery(invoiceQuery(org, id))
  const files = invoiceFiles(org)
  const invoice = query.data?.invoice
  const has = (format: string) => invoice?.formats.some((made) => made === format)
  return (
    <Page
      title={invoice ? `${KIND_WORDS[invoice.kind]} ${invoice.number}` : 'Invoice'}
      back={{ to: orgPath(org, '/wallet/invoices'), label: 'Invoices' }}
      actions={
        invoice ? (
          <>
            {has('pdf') ? (
              <DownloadButton label="PDF" name={`${invoice.number}.pdf`} load={() => files.pdf(id)} />
            ) : null}
            {has('xml') ? (
              <DownloadButton label="E-invoice (XML)" name={`${invoice.number}.xml`} load={() => files.xml(id)} />
            ) : null}
            {has('html') ? (
              <DownloadButton label="Page (HTML)" name={`${invoice.number}.html`} load={() => files.html(id)} />
            ) : null}
          </>
        ) : undefined
      }
    >
      <QueryPanel query={query} loading={<Skeleton className="h-96 w-full" />}>
        {(detail) => <InvoiceView detail={detail} />}
      </QueryPanel>
    </Page>
  )
}
