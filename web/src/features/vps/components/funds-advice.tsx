import { Link } from 'react-router'
import { AskForCredit } from '@/components/add-credit'

/** What to do when the wallet does not cover an order. */
export function FundsAdvice() {
  return (
    <p className="mt-1">
      Choose a smaller plan or delete a server you no longer need. <AskForCredit />. See your{' '}
      <Link to="/wallet" className="underline underline-offset-2">
        wallet
      </Link>
      .
    </p>
  )
}
