/** Reached once `features/org/tabs.ts` lists it. */
export function MembersPage() {
  return null
}
