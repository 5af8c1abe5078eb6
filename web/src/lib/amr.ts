const WAYS: Record<string, string> = { pwd: 'password', otp: 'code', hwk: 'passkey', oidc: 'another site’s word' }

/** How a person proved who they are, after an address: ` · by password and code`. Words that are not ours say nothing. */
export function byWays(amr: string[]): string {
  const ways = amr.flatMap((way) => WAYS[way] ?? [])
  return ways.length > 0 ? ` · by ${ways.join(' and ')}` : ''
}
