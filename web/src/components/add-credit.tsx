import { Mail } from 'lucide-react'
import { CopyText } from '@/components/copy-text'
import { Button } from '@/components/ui/button'
import { useConfig } from '@/lib/use-config'

const SUBJECT = 'Credit for my wallet'

const mailto = (address: string) => `mailto:${address}?subject=${encodeURIComponent(SUBJECT)}`

/**
 * How a customer comes by credit: the one place for it, wherever it is offered. Support gives it on request, so the
 * action is a mail, and the address can be copied where no program writes mails. Without an address it is words alone.
 */
export function AddCredit() {
  const { support_email } = useConfig()
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
