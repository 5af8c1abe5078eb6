import type { AdminPayment } from '@/lib/api/types'
import type { Tone } from '@/lib/status'

/** Exactly how far a payment is, as operators read it. */
export const STAGES: Record<AdminPayment['stage'], { words: string; tone: Tone }> = {
  new: { words: 'Preparing', tone: 'info' },
  open: { words: 'Open', tone: 'info' },
  approved: { words: 'Approved', tone: 'info' },
  capturing: { words: 'Taking the money', tone: 'info' },
  credited: { words: 'Credited', tone: 'success' },
  pending: { words: 'Pending at PayPal', tone: 'warning' },
  declined: { words: 'Declined', tone: 'danger' },
  mismatch: { words: 'Does not fit', tone: 'danger' },
  expired: { words: 'Expired', tone: 'neutral' },
}

export const STAGE_WORDS = Object.keys(STAGES) as AdminPayment['stage'][]

/** What of the money does not fit. */
export const MISMATCHES: Record<string, string> = {
  amount: 'Another amount',
  currency: 'Another currency',
  payee: 'Another receiver',
  payment: 'Another payment',
  twice: 'Paid twice',
}
