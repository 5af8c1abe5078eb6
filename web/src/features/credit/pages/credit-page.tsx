import { Plus } from 'lucide-react'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { UrlTabs } from '@/components/ui/tabs'
import { CreditLimit } from '@/features/credit/components/credit-limit'
import { CreditRequests } from '@/features/credit/components/credit-requests'
import { PromoDialog } from '@/features/credit/components/promo-dialogs'
import { Promos } from '@/features/credit/components/promos'
import { useUrlDialog } from '@/lib/use-url'

/** Credit that waits for a second administrator, and codes that give some. */
export function CreditPage() {
  const promo = useUrlDialog('promo')
  return (
    <Page
      title="Credit"
      detail="What is given and not paid. It is spent first and never goes back to a payer."
      wide
      actions={
        <Button variant="primary" onClick={() => promo.onOpenChange(true)}>
          <Plus aria-hidden className="size-4" /> Make a promo code
        </Button>
      }
    >
      <UrlTabs
        label="Credit"
        tabs={[
          {
            id: 'waiting',
            label: 'To approve',
            content: (
              <div className="grid gap-5">
                <CreditRequests />
                <CreditLimit />
              </div>
            ),
          },
          { id: 'promos', label: 'Promo codes', content: <Promos /> },
        ]}
      />
      <PromoDialog {...promo} />
    </Page>
  )
}
