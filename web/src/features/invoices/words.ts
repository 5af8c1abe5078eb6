import type { InvoiceKind } from '@/lib/api/types'

export const KIND_WORDS: Record<InvoiceKind, string> = {
  receipt: 'Receipt',
  invoice: 'Invoice',
  credit_note: 'Credit note',
}

/** A rate of tax as people write it: `19 %`. */
export const formatRate = (basisPoints: number) => `${Number((basisPoints / 100).toFixed(2))} %`
