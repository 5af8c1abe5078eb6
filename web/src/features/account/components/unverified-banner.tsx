import { MailWarning } from 'lucide-react'
import { Banner } from '@/components/ui/banner'
import { useSendVerification } from '@/features/account/api/mutations'
import { useMe } from '@/lib/use-me'

/** One line above every page, until the address is confirmed. */
export function UnverifiedBanner() {
  const { email, email_verified } = useMe().user
  const send = useSendVerification()
  if (email_verified) return null
  return (
    <Banner tone="warning" icon={<MailWarning aria-hidden className="size-4 shrink-0" />}>
      Confirm your email address by the link that we sent to <span className="font-medium">{email}</span>.{' '}
      {send.isSuccess ? (
        <span role="status">The link is on its way.</span>
      ) : (
        <button
          type="button"
          aria-disabled={send.isPending || undefined}
          onClick={() => {
            if (!send.isPending) send.mutate()
          }}
          className="font-medium underline underline-offset-2 touch:min-h-11"
        >
          Send it again
        </button>
      )}
    </Banner>
  )
}
