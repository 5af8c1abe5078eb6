import { AskForCredit } from '@/components/add-credit'
import { OrgLink } from '@/components/org-link'

/** What to do when the wallet does not cover an order. */
export function FundsAdvice() {
  return (
    <p className="mt-1">
      Choose a smaller plan or delete a server you no longer need. <AskForCredit />. See your{' '}
      <OrgLink to="/wallet" className="underline underline-offset-2">
        wallet
      </OrgLink>
      .
    </p>
  )
}
