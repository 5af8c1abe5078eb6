import type { LedgerAccount, LedgerMovement } from '@/lib/api/types'

const ACCOUNTS: Record<LedgerAccount, string> = {
  wallet: 'Wallet',
  hold: 'Set aside',
  receivable: 'Debt',
  refund: 'On its way back',
  revenue: 'Revenue',
  tax_due: 'Tax',
  rounding: 'Rounding',
  adjustment: 'Credit given',
  promo: 'Promo codes',
  paypal_clearing: 'At PayPal',
  paypal_fee: 'PayPal’s fee',
  unallocated: 'Money that fits nothing',
  bank: 'Bank',
  bad_debt: 'Debts written off',
}

const MOVEMENTS: Partial<Record<LedgerMovement, string>> = {
  credit: 'credit',
  promo: 'promo code',
  write_off: 'written off',
  settlement: 'pays the debt',
  hold: 'order',
  topup: 'payment',
  allocation: 'payment',
  refund: 'refund',
  refund_wallet: 'refund',
  credit_note: 'credit note',
}

/** An account of the ledger, for people. */
export const accountWords = (account: LedgerAccount) => ACCOUNTS[account]

/** Why money moves, for people; of what is not quoted, the ledger's own word. */
export const movementWords = (kind: LedgerMovement) => MOVEMENTS[kind] ?? kind.replaceAll('_', ' ')
