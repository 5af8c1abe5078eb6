import { useLocation } from 'react-router'
import { EmailCard } from '@/features/account/components/email-card'
import { IdentitiesCard } from '@/features/account/components/identities-card'
import { PasswordCard } from '@/features/account/components/password-card'
import { SecondFactors } from '@/features/account/components/second-factors'
import { Alert } from '@/components/ui/alert'
import { useMemberships } from '@/lib/use-memberships'

/** What keeps a person's account theirs: one card for each way to sign in, each in a file of its own. */
export function SecurityPage() {
  const { mfaRequired } = (useLocation().state as { mfaRequired?: string } | null) ?? {}
  const org = useMemberships().find(({ id }) => id === mfaRequired)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {mfaRequired ? (
        <Alert
          tone="warning"
          title={org ? `${org.name} asks for a second factor` : 'Administrators need a second factor here'}
          live
        >
          Add a passkey or an authenticator app. {org ? 'Its' : 'The other'} pages open once you have one.
        </Alert>
      ) : null}
      <EmailCard />
      <PasswordCard />
      <IdentitiesCard />
      <SecondFactors />
    </div>
  )
}
