import { CreditCard, Mail } from 'lucide-react'
import { useContext } from 'react'
import { CopyText } from '@/components/copy-text'
import { OrgLink } from '@/components/org-link'
import { Button } from '@/components/ui/button'
import { WhoMay } from '@/components/who-may'
import { whoMay } from '@/lib/perms'
import { useConfig } from '@/lib/use-config'
import { OrgContext } from '@/lib/use-org'

const SUBJECT = 'Credit for my wallet'

const mailto = (address: string) => `mailto:${address}?subject=${encodeURIComponent(SUBJECT)}`

/** Where no organisation is shown, nothing is known against it. */
const useMayTopUp = () => useContext(OrgContext)?.may.includes('wallet:top_up') ?? true

/**
 * How a customer comes by credit: the one place for it, wherever it is offered. Where payments are set up it is the
 * dialog of the wallet. Else support gives it on request, so the action is a mail, and the address can be copied where
 * no program writes mails. Without an address it is words alone.
 */
export function AddCredit() {
  const { support_email, payments } = useConfig()
  const org = useContext(OrgContext)
  if (!useMayTopUp()) return <WhoMay perm="wallet:top_up" what="add credit" brief />
  if (payments && org) {
    return (
      <Button asChild size="sm" variant="primary">
        <OrgLink to="/wallet?dialog=top-up">
          <CreditCard aria-hidden className="size-4" /> Add money
        </OrgLink>
      </Button>
    )
  }
  if (!support_email) return <span>Ask support for credit.</span>
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-2">
      <Button asChild size="sm" variant="primary">
        <a href={mailto(support_email)}>
          <Mail aria-hidden className="size-4" /> Ask for credit
        </a>
      </Button>
      <CopyText text={support_email} what="support address" wrap />
    </span>
  )
}

/** The same within a sentence: "Ask help@example.com for credit". */
export function AskForCredit() {
  const { support_email } = useConfig()
  if (!useMayTopUp()) return <>Ask {whoMay('wallet:top_up')} for credit</>
  return (
    <>
      Ask{' '}
      {support_email ? (
        <a href={mailto(support_email)} className="wrap-anywhere underline underline-offset-2">
          {support_email}
        </a>
      ) : (
        'support'
      )}{' '}
      for credit
    </>
  )
}
