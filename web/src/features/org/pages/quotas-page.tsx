/** Reached once `features/org/tabs.ts` lists it. */
export function QuotasPage() {
  return null
}
