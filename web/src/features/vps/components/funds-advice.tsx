import { Link } from 'react-router'
import { useConfig } from '@/lib/use-config'

/** What to do when the wallet does not cover an order. */
export function FundsAdvice() {
  const { support_email } = useConfig()
  return (
    <p className="mt-1">
      Choose a smaller plan, delete a server you no longer need, or ask{' '}
      {support_email ? (
        <a href={`mailto:${support_email}`} className="underline underline-offset-2">
          {support_email}
        </a>
      ) : (
        'support'
      )}{' '}
      for credit. See your{' '}
      <Link to="/wallet" className="underline underline-offset-2">
        wallet
      </Link>
      .
    </p>
  )
}
