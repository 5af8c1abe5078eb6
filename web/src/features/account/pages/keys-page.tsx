/** Reached once `features/account/tabs.ts` lists it. */
export function KeysPage() {
  return null
}
