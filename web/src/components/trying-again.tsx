import type { Job } from '@/lib/api/types'
import { formatSpan, secondsBetween } from '@/lib/time'
import { nextTry } from '@/lib/tries'
import { useNow } from '@/lib/use-now'

type Tries = Pick<Job, 'attempts' | 'max_attempts' | 'next_try_at'>

/** A failure speaks once: one line for all failed tries, with the one that follows. */
export function TryingAgain({ job }: { job: Tries }) {
  const next = nextTry(job)
  return (
    <p className="text-[13px] text-warning">
      <span role="status">Taking longer than usual, trying again{next ? ` (${next.n} of ${next.of})` : ''}</span>
      {job.next_try_at ? <Countdown to={job.next_try_at} /> : null}
    </p>
  )
}

/** Outside the live region: it changes each second. */
function Countdown({ to }: { to: string }) {
  const left = secondsBetween(new Date(useNow()).toISOString(), to)
  return <span className="num">{left >= 1 ? `, next in ${formatSpan(left)}` : ', now'}</span>
}
