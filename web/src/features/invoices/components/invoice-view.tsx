import type { ReactNode } from 'react'
import { Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import { Card, CardHeader } from '@/components/ui/card'
import { formatRate } from '@/features/invoices/words'
import type { InvoiceDetail, InvoiceParty } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { formatHours } from '@/lib/time'

/** What a document says: parties, lines, tax, sums and the head of the ledger's chain. */
export function InvoiceView({ detail }: { detail: InvoiceDetail }) {
  const { invoice, lines, taxes } = detail
  return (
    <>
      {invoice.formats.length === 0 ? (
        <Alert tone="info" title="The document is being drawn" live>
          Its files can be downloaded within seconds.
        </Alert>
      ) : null}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 sm:grid-cols-2">
        <Party title="From" party={detail.seller} />
        <Party title="To" party={detail.buyer} />
      </div>
      <Card aria-labelledby="lines" className="overflow-hidden">
        <CardHeader id="lines" title="Lines" detail="Hours belong to the month in which they began (UTC)." />
        <ul className="divide-y border-t">
          {lines.map((line, place) => (
            <li key={place} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 py-2.5">
              <span className="grid min-w-0">
                <span className="wrap-anywhere">{line.name}</span>
                <span className="text-[13px] text-muted">
                  {line.detail}
                  {line.from ? `, ${line.from} to ${line.to}` : null}
                  {line.hours != null ? `, ${formatHours(line.hours, line.seconds ?? line.hours * 3600)} hours` : null}
                  {line.basis_points > 0 ? `, ${formatRate(line.basis_points)} tax` : null}
                </span>
              </span>
              <Money value={line.net} />
            </li>
          ))}
        </ul>
        <dl className="grid gap-1 border-t px-4 py-3">
          {invoice.kind === 'receipt' ? null : (
            <>
              <Sum name="Net">
                <Money value={invoice.net} />
              </Sum>
              {taxes.map((tax) => (
                <Sum key={`${tax.category} ${tax.basis_points}`} name={`Tax ${formatRate(tax.basis_points)}`}>
                  <Money value={tax.tax} />
                </Sum>
              ))}
            </>
          )}
          <Sum name="Total" strong>
            <Money value={invoice.total} />
          </Sum>
          {invoice.kind === 'invoice' ? (
            <Sum name="Paid from the balance">
              <Money value={detail.paid} />
            </Sum>
          ) : null}
          {isPositive(invoice.due) ? (
            <Sum name="Due from the next credit">
              <Money value={invoice.due} />
            </Sum>
          ) : null}
        </dl>
        {taxes.some((tax) => tax.note) ? (
          <p className="border-t px-4 py-3 text-[13px] text-muted">{taxes.map((tax) => tax.note).join(' ')}</p>
        ) : null}
      </Card>
      <p className="text-[13px] wrap-anywhere text-muted">
        Ledger head when it was issued: <code>{`${detail.chain_entry}:${detail.chain_head}`}</code>
      </p>
    </>
  )
}

function Party({ title, party }: { title: string; party: InvoiceParty }) {
  return (
    <Card className="p-4">
      <h2 className="text-[13px] text-muted">{title}</h2>
      <address className="grid wrap-anywhere not-italic">
        {party.lines.map((line) => (
          <bdi key={line}>{line}</bdi>
        ))}
        {party.vat_id ? <bdi>{party.vat_id}</bdi> : null}
        {party.email ? <bdi>{party.email}</bdi> : null}
      </address>
    </Card>
  )
}

function Sum({ name, strong = false, children }: { name: string; strong?: boolean; children: ReactNode }) {
  return (
    <div className={strong ? 'flex justify-between gap-4 font-semibold' : 'flex justify-between gap-4'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
