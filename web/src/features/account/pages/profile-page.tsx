/** Reached once `features/account/tabs.ts` lists it. */
export function ProfilePage() {
  return null
}
