import type { Job } from '@/lib/api/types'

/** Which try follows or is in progress, of how many; null where the failed ones did not count. */
export function nextTry(job: Pick<Job, 'attempts' | 'max_attempts'>): { n: number; of: number } | null {
  return job.attempts > 0 ? { n: Math.min(job.attempts + 1, job.max_attempts), of: job.max_attempts } : null
}
