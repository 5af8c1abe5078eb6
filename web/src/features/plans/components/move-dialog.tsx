import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ComboFilter } from '@/components/combo-filter'
import { At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { QuotedForm } from '@/components/quoted-form'
import { PriceQuoteView } from '@/components/quote-view'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { askMove, useMovePrice } from '@/features/plans/api/mutations'
import { movedQuery } from '@/features/plans/api/queries'
import { customersQuery } from '@/lib/api/queries'
import type { AdminPlan, PriceVersion } from '@/lib/api/types'
import { secondsOf } from '@/lib/charged-by'
import { serverNow } from '@/lib/clock'
import { countOf } from '@/lib/numbers'
import { reasonField } from '@/lib/reason'
import { useDebounced } from '@/lib/use-debounced'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'

const schema = z.object({
  from: z.string().check(
    z.minLength(1, 'Choose a day and an hour.'),
    z.refine((at: string) => at === '' || new Date(at).getTime() > serverNow(), 'Choose a moment that lies ahead.'),
  ),
  reason: reasonField,
})
type Move = z.infer<typeof schema>

interface MoveDialogProps {
  plan: AdminPlan
  to: PriceVersion
  onClose: () => void
}

/** Servers get another price from a moment on: first what and when, then what that means, then it is done. */
export function MoveDialog({ plan, to, onClose }: MoveDialogProps) {
  const move = useMovePrice(plan.id)
  const [org, setOrg] = useState({ id: '', name: '' })
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { from: '', reason: '' } })
  const { errors } = form.formState
  const bodyOf = ({ from, reason }: Move) => ({
    version: to.version,
    from: new Date(from).toISOString(),
    reason,
    ...(org.id ? { org_id: org.id } : {}),
  })
  const quoted = useQuoted({
    ask: (values: Move) => askMove(plan.id, bodyOf(values)),
    act: async (values) => {
      await move.mutateAsync(bodyOf(values))
      onClose()
    },
  })
  const { submit, problem } = useSubmit(form, { '/from': 'from', '/reason': 'reason' }, quoted.send)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Move servers of ${plan.name}`}
      detail={
        <>
          To version {to.version} of its price: <MonthOf to={to} />.
        </>
      }
    >
      <QuotedForm
        quoted={quoted}
        view={(quote, { from }) => (
          <>
            <PriceQuoteView quote={quote} />
            <Sure to={to} from={new Date(from).toISOString()} />
          </>
        )}
        onSubmit={submit}
        onCancel={onClose}
        submit="Move servers"
        pending={move.isPending}
        error={problem}
      >
        <Customer chosen={org} onPick={setOrg} />
        <Field
          label="From"
          hint="Your time. The new price counts from the first hour that begins then."
          error={errors.from?.message}
        >
          <Input type="datetime-local" {...form.register('from')} />
        </Field>
        <Field label="Reason, for the record" error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
        <Moved {...{ plan, to, org }} />
      </QuotedForm>
    </Dialog>
  )
}

interface Org {
  id: string
  name: string
}
interface MovedProps {
  plan: AdminPlan
  to: PriceVersion
  org: Org
}

/** How many servers it is about, before anything is set. */
function Moved({ plan, to, org }: MovedProps) {
  const { data } = useQuery(movedQuery(plan.id, org.id))
  const already = org.id === '' && to.servers > 0 ? ` ${countOf(to.servers, 'pays', 'pay')} it already.` : ''
  return (
    <p role="status" className="min-h-11 rounded-md bg-surface-2 px-4 py-3 text-[13px]">
      {data ? `${wordsOf(data, org)} now.${already}` : 'Counting servers…'}
    </p>
  )
}

interface Counted {
  servers: number
  customers: number
  all: boolean
}
const wordsOf = ({ servers, customers, all }: Counted, { name }: Org) =>
  (all ? '' : 'More than ') +
  countOf(servers, 'server') +
  (name ? ` of ${name}` : ` of ${all ? '' : 'more than '}${countOf(customers, 'customer')}`)

function Sure({ to, from }: Pick<MovedProps, 'to'> & { from: string }) {
  return (
    <>
      <Facts
        items={[
          ['They pay', <MonthOf key="p" to={to} />],
          ['From', <At key="f" at={from} />],
        ]}
      />
      <p>
        Those who look after the money of these customers are written to at once. Until it begins you can take it back,
        and they are told that too. Hours before keep their price.
      </p>
    </>
  )
}

const MonthOf = ({ to }: { to: PriceVersion }) => (
  <span>
    <Money value={to.price.monthly} className="font-semibold" /> a month
    {to.price.capped ? ' at most' : `, 1/${String(to.price.hours_per_month)} of it an hour`}
    {to.price.charged_by === 'second' ? `, ${secondsOf(to.price) ?? ''}` : ''}
  </span>
)

const CHOICES = 20

/** All customers, or one of them. */
function Customer({ chosen, onPick }: { chosen: Org; onPick: (org: Org) => void }) {
  const [text, setText] = useState<string | null>(null)
  const q = useDebounced((text ?? '').trim(), 150)
  const { data } = useQuery({ ...customersQuery({ limit: CHOICES, ...(q ? { q } : {}) }), enabled: text !== null })
  const found = data?.items ?? []
  return (
    <div className="grid gap-1.5">
      <span aria-hidden className="text-[13px] font-medium">
        Customer
      </span>
      <ComboFilter
        label="Customer"
        chosen={chosen.name}
        options={found.map((c) => ({ value: c.org_id, label: c.name, detail: c.owner.email }))}
        onText={setText}
        onPick={(id) => onPick({ id: id ?? '', name: found.find((c) => c.org_id === id)?.name ?? '' })}
      />
    </div>
  )
}
