/** Reached once `features/org/tabs.ts` lists it. */
export function PolicyPage() {
  return null
}
