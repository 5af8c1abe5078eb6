import { RequireSession } from '@/app/guards'
import { AppShell } from '@/app/shell/app-shell'

/** The signed-in part in a chunk of its own: the sign-in page needs none of the frame. */
export function SignedIn() {
  return (
    <RequireSession>
      <AppShell />
    </RequireSession>
  )
}
