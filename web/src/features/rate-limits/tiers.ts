import type { LimitFigures, LimitMinute, RateTier } from '@/lib/api/types'

/** What a tier is called, and what is counted. */
export const TIERS: Record<RateTier, { label: string; by: string }> = {
  anonymous: { label: 'Not signed in', by: 'per address' },
  user: { label: 'Users', by: 'per user' },
  admin: { label: 'Administrators', by: 'per user' },
  key: { label: 'API keys', by: 'per key' },
  login: { label: 'Failed sign-ins', by: 'per address and per account' },
  registration: { label: 'Registrations', by: 'per address' },
  payment: { label: 'Payments', by: 'per address' },
  promo: { label: 'Refused promo codes', by: 'per user and per address' },
  mail: { label: 'Requested mails', by: 'per recipient' },
}

export const isTier = (word: string): word is RateTier => word in TIERS

export interface Sum {
  allowed: number
  refused: number
}

export const sumOf = (minutes: LimitMinute[]): Sum =>
  minutes.reduce((sum, m) => ({ allowed: sum.allowed + m.allowed, refused: sum.refused + m.refused }), {
    allowed: 0,
    refused: 0,
  })

const MINUTES = 60

/**
 * The last hour minute by minute, the oldest first, of one tier or of all. A minute in which nothing was counted had
 * no request, so it is 0; the one that `now` is in is not over, so it is left out.
 */
export function series({ minutes }: LimitFigures, tier: RateTier | null, now: number) {
  const last = Math.floor(now / 60_000)
  const times = Array.from({ length: MINUTES }, (_, i) => (last - MINUTES + i) * 60)
  const place = new Map(times.map((time, i) => [time, i]))
  const allowed = times.map(() => 0)
  const refused = times.map(() => 0)
  for (const m of minutes) {
    const i = place.get(Date.parse(m.at) / 1000)
    if (i === undefined || (tier && m.tier !== tier)) continue
    allowed[i] = (allowed[i] ?? 0) + m.allowed
    refused[i] = (refused[i] ?? 0) + m.refused
  }
  return { times, allowed, refused }
}
