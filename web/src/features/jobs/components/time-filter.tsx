import { useState } from 'react'
import { Form } from '@/components/form'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { DialogActions } from '@/components/ui/dialog-actions'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { RANGES, useJobFilter } from '@/features/jobs/filter'
import { formatMoment } from '@/lib/time'
import { useUrlDialog } from '@/lib/use-url'

const CUSTOM = 'custom'

/** When jobs were created: a span back from now, or from one moment to another. */
export function TimeFilter({ className }: { className: string }) {
  const { filter, set } = useJobFilter()
  const custom = useUrlDialog('time')
  const between = [filter.since, filter.until].some(Boolean)
  return (
    <>
      <Select
        aria-label="Created"
        className={className}
        value={filter.range ?? (between ? CUSTOM : '')}
        onChange={(e) => {
          if (e.target.value === CUSTOM) custom.onOpenChange(true)
          else set({ range: e.target.value, since: null, until: null })
        }}
      >
        <option value="">Any time</option>
        {RANGES.map((r) => (
          <option key={r.value} value={r.value}>
            Last {r.label}
          </option>
        ))}
        <option value={CUSTOM}>{between ? betweenWords(filter) : 'Between…'}</option>
      </Select>
      {between ? (
        <Button
          variant="ghost"
          className={className.includes('hidden') ? className : ''}
          onClick={() => custom.onOpenChange(true)}
        >
          Edit time…
        </Button>
      ) : null}
      {custom.open ? <Between onClose={() => custom.onOpenChange(false)} /> : null}
    </>
  )
}

const moment = (at: string) => formatMoment(Date.parse(at) / 1000)
const betweenWords = ({ since, until }: { since?: string; until?: string }) =>
  since && until
    ? `${moment(since)} – ${moment(until)}`
    : since
      ? `Since ${moment(since)}`
      : `Before ${moment(until ?? '')}`

/** A moment as a field of the reader's own zone takes it. */
function local(at: string | undefined): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function Between({ onClose }: { onClose: () => void }) {
  const { filter, set } = useJobFilter()
  const [since, setSince] = useState(local(filter.since))
  const [until, setUntil] = useState(local(filter.until))
  const [error, setError] = useState('')
  const submit = () => {
    if (!since && !until) return setError('Choose a beginning, an end, or both.')
    if (since && until && since >= until) return setError('Choose an end after the beginning.')
    const utc = (at: string) => (at ? new Date(at).toISOString() : null)
    set({ range: null, since: utc(since), until: utc(until), dialog: null } as Parameters<typeof set>[0])
  }
  return (
    <Dialog open onOpenChange={onClose} title="Created between">
      <Form
        className="grid gap-4"
        onSubmit={(e) => {
          e.preventDefault()
          submit()
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From" hint="In your time zone.">
            <Input type="datetime-local" value={since} onChange={(e) => setSince(e.target.value)} />
          </Field>
          <Field label="Until" error={error || undefined}>
            <Input type="datetime-local" value={until} onChange={(e) => setUntil(e.target.value)} />
          </Field>
        </div>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary">
            Show these jobs
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}
