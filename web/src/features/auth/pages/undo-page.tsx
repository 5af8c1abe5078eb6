import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { useUndoEmailChange } from '@/features/auth/api/mutations'
import { LinkPage, NoToken } from '@/components/link-page'
import { useLinkToken } from '@/lib/link-token'

/** Where the former address takes a change back. */
export function UndoPage() {
  const { token, forget } = useLinkToken()
  const undo = useUndoEmailChange()
  if (undo.isSuccess) {
    return (
      <LinkPage
        title="Your address counts again"
        detail="All sessions have ended, and the old password opens nothing any more. A link to choose a new one is on its way to this mailbox."
        next={{ to: '/sign-in', label: 'To the sign-in' }}
      />
    )
  }
  if (!token) return <NoToken title="Take the change back" />
  return (
    <LinkPage
      title="Take the change back"
      detail="The address that this mail went to counts again. All sessions end, and you choose a new password by a link that we send there."
    >
      <ProblemAlert error={undo.error} />
      <Button
        variant="primary"
        size="lg"
        pending={undo.isPending}
        onClick={() => undo.mutate(token, { onSuccess: forget })}
      >
        Take the change back
      </Button>
    </LinkPage>
  )
}
