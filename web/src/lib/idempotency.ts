import { useRef } from 'react'
import { newId } from '@/lib/new-id'

/**
 * A key for one intent: created when the form opens and reused for every repeat of it, so that a lost
 * answer cannot order twice. `renew` follows a definite answer, after which the next submit is a new intent.
 */
export function useIdempotencyKey(): { current: () => string; renew: () => void } {
  const key = useRef<string | null>(null)
  return {
    current: () => (key.current ??= newId()),
    renew: () => {
      key.current = null
    },
  }
}
