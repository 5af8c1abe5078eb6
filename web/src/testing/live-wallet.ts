const usd = (amount: string) => ({ amount, currency: 'USD' as const })

/** What a wallet says of its live balance, beside what was posted. */
export const liveWallet = {
  zero_at: '2026-12-10T00:00:00Z',
  live_balance: usd('42.165035'),
  due: usd('0.019178'),
  as_of: '2026-11-22T12:00:00Z',
  changes_at: null,
  hourly_with_tax: usd('0.100000'),
  stopped: null,
}
