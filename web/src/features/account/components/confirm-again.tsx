import { Button } from '@/components/ui/button'
import { useSendVerification } from '@/features/account/api/mutations'

/** Sends the link that confirms the address again, and says so in the same place. */
export function ConfirmAgain() {
  const send = useSendVerification()
  if (send.isSuccess) return <span role="status">The link is on its way.</span>
  return (
    <Button size="sm" pending={send.isPending} onClick={() => send.mutate()}>
      Send the link again
    </Button>
  )
}
