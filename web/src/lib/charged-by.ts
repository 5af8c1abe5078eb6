import type { Price } from '@/lib/api/types'

/** In which unit a price charges time: `by the second, at least 60 s`; nothing where it is the hour, as everywhere else. */
export const secondsOf = (price: Price): string | null =>
  price.charged_by === 'second' ? `by the second, at least ${String(price.minimum_s ?? 1)} s` : null
