import { Inbox } from 'lucide-react'
import { ActEntry, ActLine } from '@/components/acts'
import { ActivityList } from '@/components/activity-list'
import { JobRow } from '@/components/job-rows'
import { CodeBlock } from '@/components/code-block'
import { CopyText } from '@/components/copy-text'
import { Ago, At, Elapsed } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Facts } from '@/components/facts'
import { Statement } from '@/components/statement'
import { Timeline } from '@/components/timeline'
import { Truncated } from '@/components/truncated'

import { Button } from '@/components/ui/button'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { useList, useRefusedList, useWaitingList } from '@/features/gallery/queries'
import type { StatementEntry } from '@/lib/api/types'
import { activity, adminJob, entry, usd } from '@/testing/fixtures'
import { act } from '@/testing/operator-fixtures'

const ENTRIES: StatementEntry[] = [
  entry(),
  entry({ id: '2', kind: 'credit', description: 'Credit by bank', amount: usd('1250.000000'), lines: 0 }),
  entry({ id: '3', kind: 'hold', description: `First hour of ${LONG}`, lines: 0 }),
  entry({ id: '4', kind: 'release', description: 'First hour given back', amount: usd('0.019178'), lines: 0 }),
  entry({ id: '5', kind: 'usage', description: 'Hourly usage', lines: 10, at: '2026-11-21T10:00:00Z' }),
  entry({ id: '6', kind: 'settlement', description: 'Debt settled', amount: usd('-3.120000'), lines: 0 }),
]
const nothing = (
  <Empty icon={<Inbox />} title="No entries yet">
    Credit and usage appear here.
  </Empty>
)
const Full = () => (
  <Statement
    query={useList('statement', { items: ENTRIES, next: 'more' })}
    empty={nothing}
    lines={() => <p>Its hours.</p>}
  />
)
const Loading = () => <Statement query={useWaitingList<StatementEntry>('statement-waits')} empty={nothing} />
const None = () => <Statement query={useList<StatementEntry>('statement-empty', { items: [] })} empty={nothing} />
const Failed = () => <Statement query={useRefusedList<StatementEntry>('statement-fails')} empty={nothing} />

const at = (second: number) => `2026-11-22T10:00:${String(second).padStart(2, '0')}Z`
const step = (key: string, state: string, words: string, detail?: string) => ({
  key,
  state,
  words,
  at: at(Number(key)),
  ...(detail ? { detail } : {}),
})
const DONE = [step('1', 'done', 'Order accepted'), step('2', 'done', 'Machine created', 'linode 4711')]

export const exhibit: Exhibit = {
  title: 'Lists: statement, timeline, activity, facts',
  states: [
    { name: 'Statement', wide: true, Show: Full },
    { name: 'A job in a line', Show: () => <JobRow job={adminJob} /> },
    { name: 'An act with its reason', Show: () => <ActLine act={act()} /> },
    { name: 'An act at the command line', Show: () => <ActLine act={act({ actor: null })} /> },
    { name: 'An act among others', Show: () => <ActEntry act={act()} /> },
    { name: 'An act, long reason', Show: () => <ActLine act={act({ reason: LONG })} /> },
    { name: 'Statement, loading', Show: Loading },
    { name: 'Statement, empty', Show: None },
    { name: 'Statement, failed', Show: Failed },
    { name: 'Timeline, in progress', Show: () => <Timeline steps={[...DONE, step('4', 'intent', 'Booting')]} live /> },
    {
      name: 'Timeline, failed and undone',
      Show: () => (
        <Timeline
          steps={[...DONE, step('4', 'failed', `${LONG} did not boot`, LONG), step('9', 'undone', 'Machine deleted')]}
          live={false}
        />
      ),
    },
    {
      name: 'Activity',
      wide: true,
      Show: () => (
        <ActivityList
          items={[
            activity,
            { ...activity, id: '8', status: 'error', message: `Server ${LONG} could not be created`, actor: null },
            { ...activity, id: '7', status: 'warning', message: 'Balance is low' },
            { ...activity, id: '6', status: 'info', message: 'Signed in', entity_type: null, entity_id: null },
          ]}
        />
      ),
    },
    { name: 'Shortened, with its full text', Show: () => <Truncated text={LONG} /> },
    {
      name: 'Facts and times',
      Show: () => (
        <Facts
          items={[
            ['Name', LONG],
            ['Address', <CopyText key="ip" text="2001:db8:85a3:1319:8a2e:370:7344:1" what="IPv6 address" wrap />],
            ['Created', <At key="at" at={activity.created_at} />],
            ['Seen', <Ago key="ago" at={activity.created_at} />],
            ['Took', <Elapsed key="took" from={at(1)} to={at(42)} />],
          ]}
        />
      ),
    },
    { name: 'Code', Show: () => <CodeBlock label="Arguments" what="arguments" text={`{\n  "label": "${LONG}"\n}`} /> },
    {
      name: 'Empty, with its first step',
      Show: () => (
        <Empty icon={<Inbox />} title="No server yet" action={<Button variant="primary">Create server</Button>}>
          A server runs within a minute, and is charged by the hour.
        </Empty>
      ),
    },
  ],
}
