import { RequireSession } from '@/app/guards'
import { AppShell } from '@/app/shell/app-shell'

// Small, and needed before what they frame: in the chunk of the frame, not in chunks of their own.
export { FormerAddress, FormerServer, Home } from '@/app/shell/home'
export { OrgFrame } from '@/app/shell/org-frame'
export { AccountSection, SettingsSection } from '@/app/shell/sections'

/** The signed-in part in a chunk of its own: the sign-in page needs none of the frame. */
export function SignedIn() {
  return (
    <RequireSession>
      <AppShell />
    </RequireSession>
  )
}
