import { useQuery } from '@tanstack/react-query'
import { Percent, Plus } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import type { Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { billingDetailsQuery, taxRulesQuery } from '@/features/tax/api/queries'
import { Confirmed } from '@/features/tax/components/confirmed'
import { DetailsForm } from '@/features/tax/components/details-form'
import { EndDialog, RuleDialog } from '@/features/tax/components/rule-dialogs'
import { CATEGORY_WORDS } from '@/features/tax/schemas'
import type { TaxRule } from '@/lib/api/types'
import { useUrlDialog, useUrlDialogOf } from '@/lib/use-url'

const columns = (end: (rule: TaxRule) => void): Column<TaxRule>[] => [
  {
    id: 'country',
    head: 'Country',
    skeleton: 'w-16',
    cell: (r) => <span className="font-medium">{r.country === 'ZZ' ? 'All others' : r.country}</span>,
  },
  {
    id: 'buyer',
    head: 'Customers',
    skeleton: 'w-24',
    cell: (r) => (r.buyer === 'b2b' ? 'Businesses' : 'Consumers'),
  },
  {
    id: 'rate',
    head: 'Tax',
    skeleton: 'w-32',
    className: 'wrap-anywhere',
    cell: (r) => (
      <span className="grid">
        <span>{r.basis_points > 0 ? `${r.basis_points / 100} %` : CATEGORY_WORDS[r.category]}</span>
        {r.note ? <span className="text-[13px] text-muted">{r.note}</span> : null}
      </span>
    ),
  },
  {
    id: 'days',
    head: 'From',
    from: 'sm',
    skeleton: 'w-32',
    cell: (r) => `${r.valid_from}${r.valid_to ? `, until ${r.valid_to}` : ''}`,
  },
  {
    id: 'end',
    head: <span className="sr-only">Actions</span>,
    skeleton: 'w-12',
    className: 'text-right',
    cell: (r) => (
      <Button size="sm" aria-label={`End the rule for ${r.country}`} onClick={() => end(r)}>
        End
      </Button>
    ),
  },
]

/** Who sells, how prices are meant, and which tax is owed where. */
export function TaxPage() {
  const details = useQuery(billingDetailsQuery)
  const rules = useQuery(taxRulesQuery)
  const create = useUrlDialog('rule')
  const { dialog, of, show, close } = useUrlDialogOf()
  const ending = dialog === 'end' ? rules.data?.items.find((rule) => rule.id === of) : undefined
  return (
    <Page
      title="Tax"
      detail="Without rules nothing is taxed. No rates come with the panel: who advises you on taxes knows them."
      actions={
        <Button variant="primary" onClick={() => create.onOpenChange(true)}>
          <Plus aria-hidden className="size-4" /> Write a rule
        </Button>
      }
    >
      <DataTable
        label="Tax rules"
        columns={columns((rule) => show('end', rule.id))}
        query={rules}
        rowKey={(r) => r.id}
        empty={
          <Empty icon={<Percent />} title="No rules yet">
            Invoices say that your supplies are not subject to VAT.
          </Empty>
        }
      />
      <Confirmed />
      <Card aria-labelledby="seller">
        <CardHeader
          id="seller"
          title="Seller"
          detail="As invoices say it; those that were issued keep what they say."
        />
        <QueryPanel query={details} loading={<Skeleton className="m-4 h-96 rounded-md" />}>
          {(data) => <DetailsForm details={data} />}
        </QueryPanel>
      </Card>
      <RuleDialog {...create} />
      {ending ? <EndDialog key={ending.id} rule={ending} onClose={close} /> : null}
    </Page>
  )
}
