/** Reached once `features/org/tabs.ts` lists it. */
export function GeneralPage() {
  return null
}
