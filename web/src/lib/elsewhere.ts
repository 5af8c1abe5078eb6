/** Leads the browser to another site: the issuer's page. The answer comes back to the panel as a whole new page. */
export const leaveFor = (address: string): void => location.assign(address)

/** In an address of the panel: what came of a way to the issuer, in a word. */
export const OUTCOME = 'oidc'

/** The address without the word, and what it was. */
export function takeOutcome(search: string): { word: string | null; rest: string } {
  const params = new URLSearchParams(search)
  const word = params.get(OUTCOME)
  params.delete(OUTCOME)
  const rest = params.toString()
  return { word, rest: rest ? `?${rest}` : '' }
}
