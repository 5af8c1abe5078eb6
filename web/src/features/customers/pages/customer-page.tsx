import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Plus, ScrollText, Server, Wallet } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link, useParams } from 'react-router'
import { ActEntry, Acts } from '@/components/acts'
import { AdminVpsTable, VPS_SORTS } from '@/components/admin-vps-table'
import { BillingHistory } from '@/components/billing-history'
import { CopyText } from '@/components/copy-text'
import { useSort } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { JobRows } from '@/components/job-rows'
import { Balance, Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { QueryPage } from '@/components/query-page'
import { QueryPanel } from '@/components/query-panel'
import { Stat } from '@/components/stat'
import { Statement } from '@/components/statement'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { UrlTabs } from '@/components/ui/tabs'
import { billingHistoryQuery, customerQuery, customerStatementQuery } from '@/features/customers/api/queries'
import { CreditDialog } from '@/features/customers/components/credit-dialog'
import { Members } from '@/features/customers/components/members'
import { Notes } from '@/features/customers/components/notes'
import { Quotas } from '@/features/customers/components/quotas'
import { WaitingCredit } from '@/features/customers/components/waiting-credit'
import { Security } from '@/features/customers/components/security'
import { TaxId } from '@/features/customers/components/tax-id'
import { actsQuery, adminVpsListQuery } from '@/lib/api/queries'
import type { Customer } from '@/lib/api/types'
import { useUrl, useUrlDialog } from '@/lib/use-url'

/** Its forms weigh, and few who open the page look at them. */
const Prices = lazy(() => import('@/features/customers/components/prices').then((m) => ({ default: m.Prices })))

const SERVERS_A_PAGE = 20
const ACTS_SHOWN = 30
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
            <Link to={`/admin/audit?org=${customer.org_id}`}>
              <ScrollText aria-hidden className="size-4" /> Audit
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
      <UrlTabs
        label="About this customer"
        tabs={[
          { id: 'servers', label: 'Servers', content: <CustomerServers org={customer.org_id} /> },
          { id: 'money', label: 'Money', content: <CustomerMoney org={customer.org_id} /> },
          {
            id: 'prices',
            label: 'Prices',
            content: (
              <Suspense fallback={<Skeleton className="h-96 w-full" />}>
                <Prices org={customer.org_id} />
              </Suspense>
            ),
          },
          {
            id: 'jobs',
            label: 'Jobs',
            content: <JobRows filter={{ org: customer.org_id }} all={`/admin/jobs?org=${customer.org_id}`} />,
          },
          { id: 'activity', label: 'Activity', content: <CustomerActivity org={customer.org_id} /> },
          { id: 'notes', label: 'Notes', content: <Notes org={customer.org_id} /> },
          { id: 'members', label: 'Members', content: <Members org={customer.org_id} /> },
          { id: 'quotas', label: 'Quotas', content: <Quotas org={customer.org_id} /> },
          { id: 'security', label: 'Security', content: <Security org={customer.org_id} /> },
        ]}
      />
      <CreditDialog customer={customer} {...credit} />
    </Page>
  )
}

function CustomerServers({ org }: { org: string }) {
  const { get } = useUrl()
  const cursor = get('cursor')
  const query = useQuery(
    adminVpsListQuery({ org, limit: SERVERS_A_PAGE, ...useSort(VPS_SORTS), ...(cursor ? { cursor } : {}) }),
  )
  return (
    <AdminVpsTable
      ofOne
      query={query}
      empty={
        <Empty icon={<Server />} title="No servers">
          What this customer orders appears here.
        </Empty>
      }
    />
  )
}

function CustomerMoney({ org }: { org: string }) {
  const query = useInfiniteQuery(customerStatementQuery(org))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <WaitingCredit org={org} />
      <Acts type="org" id={org} />
      <TaxId org={org} />
      <History org={org} />
      <Card aria-labelledby="statement" className="overflow-hidden">
        <CardHeader id="statement" title="Statement" />
        <Statement
          query={query}
          empty={
            <Empty icon={<Wallet />} title="No entries yet">
              Add credit so that this customer can order a server.
            </Empty>
          }
        />
      </Card>
    </div>
  )
}

function History({ org }: { org: string }) {
  return (
    <BillingHistory
      query={useInfiniteQuery(billingHistoryQuery(org))}
      detail="Each change, with who made it. Documents say what held when they were issued."
      person={(by) => (
        <Link to={`/admin/users/${by.id}`} className="hover:text-accent hover:underline">
          {by.name}
        </Link>
      )}
    />
  )
}

function CustomerActivity({ org }: { org: string }) {
  const query = useQuery(actsQuery({ org, limit: ACTS_SHOWN }))
  return (
    <Card aria-label="Activity">
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-40" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-5 py-8 text-center text-muted">Nothing was done yet.</p>
          ) : (
            <ol>
              {items.map((act) => (
                <li key={act.id} className="border-b px-4 py-2.5 last:border-b-0 sm:px-5">
                  <ActEntry act={act} />
                </li>
              ))}
            </ol>
          )
        }
      </QueryPanel>
    </Card>
  )
}
