import { useLocation } from 'react-router'
import { EmailCard } from '@/features/account/components/email-card'
import { IdentitiesCard } from '@/features/account/components/identities-card'
import { PasswordCard } from '@/features/account/components/password-card'
import { SecondFactors } from '@/features/account/components/second-factors'
import { Alert } from '@/components/ui/alert'

/** What keeps a person's account theirs: one card for each way to sign in, each in a file of its own. */
export function SecurityPage() {
  const state = useLocation().state as { mfaRequired?: boolean } | null
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {state?.mfaRequired ? (
        <Alert tone="warning" title="Administrators need a second factor here" live>
          Add a passkey or an authenticator app. The other pages open once you have one.
        </Alert>
      ) : null}
      <EmailCard />
      <PasswordCard />
      <IdentitiesCard />
      <SecondFactors />
    </div>
  )
}
