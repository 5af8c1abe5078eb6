import type { Customer } from '@/lib/api/types'
import type { Tone } from '@/lib/status'

export const STATES: Record<Customer['state'], { words: string; tone: Tone }> = {
  active: { words: 'Active', tone: 'success' },
  stopped: { words: 'Out of funds', tone: 'warning' },
  locked: { words: 'No owner can sign in', tone: 'danger' },
  closed: { words: 'Closed', tone: 'neutral' },
}
