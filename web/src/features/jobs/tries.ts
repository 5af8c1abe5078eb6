import type { AdminJob, JobCall, TimelineEntry } from '@/lib/api/types'

/** `5 of 8`: the attempt that comes next. */
export const tryOf = (job: Pick<AdminJob, 'attempts' | 'max_attempts'>) =>
  `${Math.min(job.attempts + 1, job.max_attempts)} of ${job.max_attempts}`

export interface Run {
  attempt: number
  entries: TimelineEntry[]
}

/** Entries by run of the handler, in the order they happened; a run that only waited counts too. */
export function runsOf(entries: TimelineEntry[]): Run[] {
  const runs: Run[] = []
  for (const entry of entries) {
    const last = runs.at(-1)
    if (last?.attempt === entry.attempt) last.entries.push(entry)
    else runs.push({ attempt: entry.attempt, entries: [entry] })
  }
  return runs
}

/** Neighbours that look alike, together. */
export function alike<T>(items: T[], look: (item: T) => string): T[][] {
  const groups: T[][] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && look(last[0]) === look(item)) last.push(item)
    else groups.push([item])
  }
  return groups
}

/** What a run did, whenever and under whatever reference. */
export const lookOfRun = (run: Run) => JSON.stringify(run.entries.map((e) => [e.name, e.phase, e.words, e.error]))
export const lookOfCall = (c: JobCall) => JSON.stringify([c.method, c.path, c.status, c.error])
