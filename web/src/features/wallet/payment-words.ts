import type { Payment } from '@/lib/api/types'
import type { Tone } from '@/lib/status'

interface Words {
  /** In lists. */
  brief: string
  tone: Tone
  /** The page's sentence, and what it means. */
  title: string
  detail: string
}

const WORDS: Record<Payment['state'], Words> = {
  new: {
    brief: 'Preparing',
    tone: 'info',
    title: 'Preparing your payment',
    detail: 'In a moment you go to PayPal, where you approve it.',
  },
  open: {
    brief: 'Not approved',
    tone: 'info',
    title: 'Approve it at PayPal',
    detail: 'Nothing is charged before you do.',
  },
  checking: {
    brief: 'Checking',
    tone: 'info',
    title: 'Your payment is being taken',
    detail: 'You approved it. The money is in your wallet in a moment.',
  },
  credited: {
    brief: 'Paid',
    tone: 'success',
    title: 'The money is in your wallet',
    detail: 'Thank you. A receipt is on its way by email.',
  },
  pending: {
    brief: 'PayPal is checking',
    tone: 'warning',
    title: 'PayPal is checking your payment',
    detail: 'That can take some days. The money is not in your wallet yet. You need not pay again: we write to you.',
  },
  declined: {
    brief: 'Declined',
    tone: 'danger',
    title: 'Your payment was declined',
    detail: 'Nothing was charged.',
  },
  review: {
    brief: 'We check it',
    tone: 'warning',
    title: 'We are checking your payment',
    detail: 'What arrived is not what was asked for, so a person looks at it. You need not do anything.',
  },
  expired: {
    brief: 'Expired',
    tone: 'neutral',
    title: 'This payment has expired',
    detail: 'It was not approved in time. Nothing was charged.',
  },
  cancelled: {
    brief: 'Cancelled',
    tone: 'neutral',
    title: 'You cancelled this payment',
    detail: 'Nothing was charged.',
  },
}

export const paymentWords = (payment: Pick<Payment, 'state'>): Words => WORDS[payment.state]

/** An address that a browser may be sent to: the server has judged whose it is. */
export function leaveFor(url: string | null | undefined): string | null {
  if (!url) return null
  try {
    const { protocol, username, password } = new URL(url)
    return ['https:', 'http:'].includes(protocol) && !username && !password ? url : null
  } catch {
    return null
  }
}
