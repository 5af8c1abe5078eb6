import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { adminInvoiceFiles, adminInvoiceQuery } from '@/features/invoices/api/queries'
import { DownloadButton } from '@/features/invoices/components/download-button'
import { GiveBackDialog } from '@/features/invoices/components/give-back-dialog'
import { InvoiceView } from '@/features/invoices/components/invoice-view'
import { KIND_WORDS } from '@/features/invoices/words'
import { useUrlDialog } from '@/lib/use-url'

/** One document of a customer, and giving it back. */
export function AdminInvoicePage() {
  const { id = '' } = useParams()
  const query = useQuery(adminInvoiceQuery(id))
  const giveBack = useUrlDialog('give-back')
  const invoice = query.data?.invoice
  const has = (format: string) => invoice?.formats.some((made) => made === format)
  return (
    <Page
      title={invoice ? `${KIND_WORDS[invoice.kind]} ${invoice.number}` : 'Invoice'}
      back={{ to: '/admin/invoices', label: 'Invoices' }}
      actions={
        invoice ? (
          <>
            {has('pdf') ? (
              <DownloadButton label="PDF" name={`${invoice.number}.pdf`} load={() => adminInvoiceFiles.pdf(id)} />
            ) : null}
            {has('xml') ? (
              <DownloadButton
                label="E-invoice (XML)"
                name={`${invoice.number}.xml`}
                load={() => adminInvoiceFiles.xml(id)}
              />
            ) : null}
            {has('html') ? (
              <DownloadButton
                label="Page (HTML)"
                name={`${invoice.number}.html`}
                load={() => adminInvoiceFiles.html(id)}
              />
            ) : null}
            {invoice.kind === 'invoice' ? <Button onClick={() => giveBack.onOpenChange(true)}>Give back</Button> : null}
          </>
        ) : undefined
      }
    >
      <QueryPanel query={query} loading={<Skeleton className="h-96 w-full" />}>
        {(detail) => (
          <>
            <p>
              For{' '}
              <Link
                to={`/admin/customers/${detail.invoice.org_id}`}
                className="font-medium text-accent underline underline-offset-2"
              >
                {detail.invoice.org_name}
              </Link>
            </p>
            <InvoiceView detail={detail} />
          </>
        )}
      </QueryPanel>
      {invoice?.kind === 'invoice' ? <GiveBackDialog invoice={invoice} {...giveBack} /> : null}
    </Page>
  )
}
