import { Page } from '@/components/page'
import { UrlTabs } from '@/components/ui/tabs'
import { Earned } from '@/features/revenue/components/earned'
import { Owed } from '@/features/revenue/components/owed'
import { Suppliers } from '@/features/revenue/components/suppliers'

/** What was earned, what it cost, and what is still owed. */
export function RevenuePage() {
  return (
    <Page title="Revenue" wide>
      <UrlTabs
        label="Revenue"
        tabs={[
          { id: 'earned', label: 'Revenue and margin', content: <Earned /> },
          { id: 'owed', label: 'Receivables', content: <Owed /> },
          { id: 'suppliers', label: 'Suppliers', content: <Suppliers /> },
        ]}
      />
    </Page>
  )
}
