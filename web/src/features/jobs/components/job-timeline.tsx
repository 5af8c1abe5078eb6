import { CopyText } from '@/components/copy-text'
import { Timeline } from '@/components/timeline'
import type { TimelineEntry } from '@/lib/api/types'

/** Entries by run of the handler, in the order they happened; a run that only waited counts too. */
function byAttempt(entries: TimelineEntry[]): { attempt: number; entries: TimelineEntry[] }[] {
  const groups: { attempt: number; entries: TimelineEntry[] }[] = []
  for (const entry of entries) {
    const last = groups.at(-1)
    if (last?.attempt === entry.attempt) last.entries.push(entry)
    else groups.push({ attempt: entry.attempt, entries: [entry] })
  }
  return groups
}

export function JobTimeline({ entries, live }: { entries: TimelineEntry[]; live: boolean }) {
  if (entries.length === 0)
    return (
      <p className="text-muted">
        {live ? 'No steps yet: the job is waiting in the queue.' : 'It ended before its first step.'}
      </p>
    )
  const groups = byAttempt(entries)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {groups.map((group, g) => (
        <section key={`${group.attempt}-${group.entries[0]?.at ?? g}`} aria-label={`Run ${group.attempt}`}>
          {groups.length > 1 || group.attempt > 1 ? (
            <h3 className="mb-2 text-xs font-medium text-muted">Run {group.attempt}</h3>
          ) : null}
          <Timeline
            live={live && g === groups.length - 1}
            steps={group.entries.map((e, i) => ({
              key: `${i}-${e.name}`,
              state: e.error ? 'failed' : e.phase,
              at: e.at,
              words: e.words,
              detail: <StepDetail entry={e} />,
            }))}
          />
        </section>
      ))}
    </div>
  )
}

function StepDetail({ entry }: { entry: TimelineEntry }) {
  return (
    <>
      <span className="font-mono text-xs">
        {entry.name} · {entry.phase}
      </span>
      {entry.error ? <span className="block text-danger">{entry.error}</span> : null}
      {entry.provider_request_id ? (
        <span className="flex flex-wrap items-center gap-1.5">
          Request <CopyText text={entry.provider_request_id} what="provider request ID" wrap className="text-xs" />
        </span>
      ) : null}
    </>
  )
}
