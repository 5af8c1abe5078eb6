/** Reached once `features/account/tabs.ts` lists it. */
export function SessionsPage() {
  return null
}
