import type { BulkAction } from '@/lib/api/types'

/** What may be done to many jobs at once. */
export const BULK: Record<BulkAction, { verb: string; what: string; danger: boolean }> = {
  retry: {
    verb: 'Retry',
    danger: false,
    what: 'Each resumes where it stopped; no finished step runs twice.',
  },
  cancel: {
    verb: 'Cancel',
    danger: true,
    what: 'Each stops before its next step and undoes what it had started. The customers are told.',
  },
  discard: {
    verb: 'Discard',
    danger: true,
    what: 'They no longer need attention. Stuck ones end as failed, provided that nothing of theirs exists at a cloud.',
  },
}
