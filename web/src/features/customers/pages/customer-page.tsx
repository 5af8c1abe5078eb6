import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ListChecks, Plus, Wallet } from 'lucide-react'
import { Link, useParams } from 'react-router'
import { Acts } from '@/components/acts'
import { CopyText } from '@/components/copy-text'
import { Empty } from '@/components/empty'
import { Balance, Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { QueryPage } from '@/components/query-page'
import { Stat } from '@/components/stat'
import { Statement } from '@/components/statement'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { customerQuery, customerStatementQuery } from '@/features/customers/api/queries'
import { CreditDialog } from '@/features/customers/components/credit-dialog'
import type { Customer } from '@/lib/api/types'
import { useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/admin/customers', label: 'Customers' }

export function CustomerPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(customerQuery(id))} title="Customer" back={BACK}>
      {(customer) => <CustomerView customer={customer} />}
    </QueryPage>
  )
}

function CustomerView({ customer }: { customer: Customer }) {
  const credit = useUrlDialog('credit')
  return (
    <Page
      title={customer.name}
      back={BACK}
      detail={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>{customer.owner.name}</span>
          <a href={`mailto:${customer.owner.email}`} className="text-accent hover:underline">
            {customer.owner.email}
          </a>
          <CopyText text={customer.org_id} what="organisation ID" wrap className="text-xs" />
        </span>
      }
      actions={
        <>
          <Button asChild>
            <Link to={`/admin/jobs?org=${customer.org_id}`}>
              <ListChecks aria-hidden className="size-4" /> Jobs
            </Link>
          </Button>
          <Button variant="primary" onClick={() => credit.onOpenChange(true)}>
            <Plus aria-hidden className="size-4" /> Add credit
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat label="Balance" value={<Balance of={customer} />} />
        <Stat label="Debt" value={<Debt owed={customer.owed} />} />
        <Stat label="Servers" value={customer.servers} />
        <Stat label="Running cost" value={<Money value={customer.hourly_rate} digits="rate" />} detail="per hour" />
      </div>
      <Acts type="org" id={customer.org_id} />
      <Card aria-labelledby="statement" className="overflow-hidden">
        <CardHeader id="statement" title="Statement" />
        <CustomerStatement org={customer.org_id} />
      </Card>
      <CreditDialog customer={customer} {...credit} />
    </Page>
  )
}

function CustomerStatement({ org }: { org: string }) {
  const query = useInfiniteQuery(customerStatementQuery(org))
  return (
    <Statement
      query={query}
      empty={
        <Empty icon={<Wallet />} title="No entries yet">
          Add credit so that this customer can order a server.
        </Empty>
      }
    />
  )
}
