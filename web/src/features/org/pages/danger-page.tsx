/** Reached once `features/org/tabs.ts` lists it. */
export function DangerPage() {
  return null
}
