/** Reached once `features/account/tabs.ts` lists it. */
export function SecurityPage() {
  return null
}
