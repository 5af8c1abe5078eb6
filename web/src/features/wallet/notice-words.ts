import type { WalletNotice } from '@/lib/api/types'

const WORDS: Record<WalletNotice['kind'], string> = {
  runway_72: 'The wallet lasts for less than 72 hours',
  runway_24: 'The wallet lasts for less than 24 hours',
  runway_1: 'The wallet lasts for less than an hour',
  runway_0: 'The wallet can’t pay the next hour',
  cap_50: 'Half of the month’s limit is spent',
  cap_80: '80 percent of the month’s limit are spent',
  cap_100: 'The month’s limit is spent',
  funds_suspend: 'Servers are stopped because funds ended',
  funds_delete: 'Servers are deleted because funds ended',
  funds_resumed: 'Servers run again',
}

export const noticeWords = (kind: WalletNotice['kind']) => WORDS[kind]
