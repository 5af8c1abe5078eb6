import { ChevronRight } from 'lucide-react'
import { CopyText } from '@/components/copy-text'
import { Timeline } from '@/components/timeline'
import { alike, lookOfRun, runsOf, type Run } from '@/features/jobs/tries'
import type { TimelineEntry } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { formatTime } from '@/lib/time'

interface JobTimelineProps {
  entries: TimelineEntry[]
  live: boolean
  /** The error that stands above the timeline already. */
  said: string | undefined
}

/** What the job did, run by run; runs that ended alike one after the other are one group. */
export function JobTimeline({ entries, live, said }: JobTimelineProps) {
  if (entries.length === 0)
    return <p className="text-muted">{live ? 'No steps yet: the job is queued.' : 'It ended before its first step.'}</p>
  const groups = alike(runsOf(entries), lookOfRun)
  const only = groups.length === 1 && groups[0]?.length === 1 && groups[0][0]?.attempt === 1
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {groups.map((runs, g) => (
        <Tries
          key={`${runs[0]?.attempt}-${runs[0]?.entries[0]?.at}`}
          runs={runs}
          named={!only}
          live={live && g === groups.length - 1}
          said={said}
        />
      ))}
    </div>
  )
}

interface TriesProps {
  runs: Run[]
  named: boolean
  live: boolean
  said: string | undefined
}

/** The newest of tries that ended alike, and how many there were; the others on demand. */
function Tries({ runs, named, live, said }: TriesProps) {
  const last = runs.at(-1)
  if (!last) return null
  const at = last.entries.at(-1)?.at ?? ''
  const name = runs.length === 1 ? `Run ${last.attempt}` : `Runs ${runs[0]?.attempt} to ${last.attempt}`
  return (
    <section aria-label={name}>
      {named ? (
        <h3 className="num mb-2 text-xs font-medium text-muted">
          {name}
          {runs.length > 1 ? `: ${countOf(runs.length, 'time')} the same, last ${formatTime(at)}` : ''}
        </h3>
      ) : null}
      <OneRun run={last} live={live} said={said} />
      {runs.length > 1 ? (
        <details className="group mt-2 rounded-md border">
          <summary className="flex min-h-8 cursor-pointer items-center gap-1.5 px-2 text-[13px] text-muted hover:text-text touch:min-h-11">
            <ChevronRight aria-hidden className="size-4 transition-transform duration-150 group-open:rotate-90" />
            {countOf(runs.length - 1, 'earlier one', 'earlier ones')}
          </summary>
          <ol className="grid grid-cols-[minmax(0,1fr)] gap-4 border-t p-3">
            {runs.slice(0, -1).map((run) => (
              <li key={run.attempt} className="grid grid-cols-[minmax(0,1fr)] gap-2">
                <h4 className="num text-xs font-medium text-muted">Run {run.attempt}</h4>
                <OneRun run={run} live={false} said={said} />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </section>
  )
}

function OneRun({ run, live, said }: { run: Run; live: boolean; said: string | undefined }) {
  return (
    <Timeline
      live={live}
      steps={run.entries.map((e, i) => ({
        key: `${i}-${e.name}`,
        state: e.error ? 'failed' : e.phase,
        at: e.at,
        words: e.words,
        detail: <StepDetail entry={e} said={said} />,
      }))}
    />
  )
}

function StepDetail({ entry, said }: { entry: TimelineEntry; said: string | undefined }) {
  return (
    <>
      <span className="font-mono text-xs">
        {entry.name} · {entry.phase}
      </span>
      {entry.error && entry.error !== entry.words ? (
        entry.error === said ? (
          <span className="block">With the error above.</span>
        ) : (
          <span className="block text-danger">{entry.error}</span>
        )
      ) : null}
      {entry.provider_request_id ? (
        <span className="flex flex-wrap items-center gap-1.5">
          Request <CopyText text={entry.provider_request_id} what="provider request ID" wrap className="text-xs" />
        </span>
      ) : null}
    </>
  )
}
