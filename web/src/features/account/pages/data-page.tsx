import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { At } from '@/components/date-time'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryPanel } from '@/components/query-panel'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import { exportQuery, useAskExport, useDownloadExport } from '@/features/account/api/person'
import { EraseForm } from '@/features/account/components/erase-form'
import type { PersonExport } from '@/lib/api/types'
import { useUrlDialog } from '@/lib/use-url'

/** What is held about a person: the copy of it, and the way out. */
export function DataPage() {
  const query = useQuery(exportQuery)
  const erase = useUrlDialog('erase')
  return (
    <>
      <Card aria-labelledby="export">
        <CardHeader
          id="export"
          title="A copy of your data"
          detail="All that is held about you, as one JSON file: your account, sessions, keys, servers and what you did."
        />
        <QueryPanel query={query} loading={<Skeleton className="m-5 h-16" />}>
          {({ export: last }) => <Copy last={last ?? null} />}
        </QueryPanel>
      </Card>
      <Card aria-labelledby="erase">
        <CardHeader id="erase" title="Delete your account" />
        <CardBody className="flex flex-wrap items-center justify-between gap-4">
          <p className="min-w-0 flex-1 basis-64 text-muted">
            Everything that names you is erased, for good. Organisations with other members live on without you; one in
            which you are alone ends with you, once it has no servers and no debt.
          </p>
          <Button variant="danger-quiet" onClick={() => erase.onOpenChange(true)}>
            Delete account
          </Button>
        </CardBody>
      </Card>
      <Dialog {...erase} title="Delete your account?" detail="It cannot be brought back.">
        <EraseForm onCancel={() => erase.onOpenChange(false)} />
      </Dialog>
    </>
  )
}

function Copy({ last }: { last: PersonExport | null }) {
  const ask = useAskExport()
  const download = useDownloadExport()
  const preparing = last?.state === 'preparing'
  return (
    <CardBody className="grid gap-4">
      <ProblemAlert error={ask.error ?? download.error} />
      {last ? <State copy={last} /> : <p className="text-muted">You have not asked for one yet.</p>}
      <div className="flex flex-wrap gap-2">
        {last?.state === 'ready' ? (
          <Button variant="primary" pending={download.isPending} onClick={() => download.mutate(last.id)}>
            <Download aria-hidden className="size-4" /> Download
          </Button>
        ) : null}
        <Button pending={ask.isPending} disabled={preparing} onClick={() => ask.mutate()}>
          {last ? 'Ask for a new copy' : 'Ask for a copy'}
        </Button>
      </div>
    </CardBody>
  )
}

function State({ copy }: { copy: PersonExport }) {
  return (
    <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Badge tone={TONES[copy.state]}>{WORDS[copy.state]}</Badge>
      <span className="text-muted">
        {copy.state === 'preparing' ? 'We send you a mail when it is ready.' : null}
        {copy.state === 'ready' && copy.expires_at ? (
          <>
            Until <At at={copy.expires_at} />, for you alone{copy.bytes ? `, ${kilobytes(copy.bytes)}` : ''}.
          </>
        ) : null}
        {copy.state === 'expired' ? 'It was kept for 24 hours. Ask for a new one.' : null}
        {copy.state === 'failed' ? 'It could not be written. Ask again.' : null}
      </span>
    </p>
  )
}

const TONES = { preparing: 'info', ready: 'success', expired: 'neutral', failed: 'danger' } as const
const WORDS = { preparing: 'Being prepared', ready: 'Ready', expired: 'Expired', failed: 'Failed' }

const kilobytes = (bytes: number) => `${Math.max(1, Math.round(bytes / 1000)).toLocaleString('en')} kB`
