import { EmailCard } from '@/features/account/components/email-card'
import { PasswordCard } from '@/features/account/components/password-card'

/** How a person signs in: one card for each way, each in a file of its own. */
export function SecurityPage() {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <EmailCard />
      <PasswordCard />
    </div>
  )
}
