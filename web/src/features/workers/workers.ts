import type { Worker } from '@/lib/api/types'

/** A process that sends heartbeats. */
export const isLive = (w: Worker) => w.state !== 'lost'
/** A process that takes new jobs, and was not told otherwise. */
export const takesJobs = (w: Worker) => w.state === 'running' && w.wanted === 'running'
/** A process that operators can steer: one that is stopping cannot be called back. */
export const isSteerable = (w: Worker) => isLive(w) && w.state !== 'stopping' && w.wanted !== 'stopping'

export const slotsOf = (w: Worker) => w.queues.reduce((sum, q) => sum + q.slots, 0)
export const busyOf = (w: Worker) => w.queues.reduce((sum, q) => sum + q.busy, 0)

/** The version of the live process that began last: the one that a rollout is moving to. */
export function latestVersion(workers: Worker[]): string | null {
  const live = workers.filter(isLive)
  return (
    live.reduce<Worker | null>((last, w) => (last && last.started_at >= w.started_at ? last : w), null)?.version ?? null
  )
}

/** How many live processes run each version, the most common first. */
export function versions(workers: Worker[]): [version: string, count: number][] {
  const counts = new Map<string, number>()
  for (const w of workers.filter(isLive)) counts.set(w.version, (counts.get(w.version) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}

/** Queues that no other worker would take jobs from. */
export function onlyServes(worker: Worker, workers: Worker[]): string[] {
  const others = workers
    .filter((w) => w.id !== worker.id && takesJobs(w))
    .flatMap((w) => w.queues.filter((q) => q.slots > 0).map((q) => q.queue))
  return worker.queues.filter((q) => q.slots > 0 && !others.includes(q.queue)).map((q) => q.queue)
}

/** Kinds of open jobs that no process that takes jobs knows. */
export function unknownToAll(workers: Worker[]): string[] {
  const takers = workers.filter(takesJobs)
  const unknown = takers[0]?.unknown_kinds ?? []
  return unknown.filter((kind) => takers.every((w) => w.unknown_kinds.includes(kind)))
}
