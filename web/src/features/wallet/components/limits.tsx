import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useSetLimits } from '@/features/wallet/api/mutations'
import { limitsQuery, noticesQuery } from '@/features/wallet/api/queries'
import { noticeWords } from '@/features/wallet/notice-words'
import { parseAmount, readAmount } from '@/lib/amount'
import type { SpendLimits } from '@/lib/api/types'
import { plain } from '@/lib/money'
import { formatDateTime } from '@/lib/time'
import { useMay, useOrg } from '@/lib/use-org'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

const cap = z.string().check(
  z.superRefine((text, ctx) => {
    if (text.trim() === '') return
    const read = readAmount(text)
    if (!read || !('amount' in read)) {
      ctx.addIssue({ code: 'custom', message: 'Enter an amount such as 50 or 50.00, or nothing for no limit.' })
    }
  }),
)
const schema = z.object({ month: cap, hour: cap })

/** What the organisation limits itself to, and what it was told about its wallet. */
export function Limits() {
  const { id } = useOrg()
  const query = useQuery(limitsQuery(id))
  const { open, onOpenChange } = useUrlDialog('limits')
  const may = useMay('billing:write')
  return (
    <Card aria-labelledby="limits">
      <CardHeader
        id="limits"
        title="Limits and notices"
        detail="An order that would go beyond a limit is refused. Servers that run continue."
        action={may ? <Button onClick={() => onOpenChange(true)}>Set limits</Button> : null}
      />
      <CardBody className="grid gap-5">
        <QueryPanel query={query} loading={<Skeleton className="h-24" />}>
          {(limits) => (
            <>
              <Facts
                items={[
                  ['A month', limits.month_cap ? <Money key="m" value={limits.month_cap} /> : 'No limit'],
                  ['An hour', limits.hour_cap ? <Money key="h" value={limits.hour_cap} digits="rate" /> : 'No limit'],
                  [
                    'When funds end',
                    limits.funds_end === 'ladder'
                      ? `Servers are stopped, and deleted after ${limits.ladder_hours} hours`
                      : 'Servers run on, and new credit pays what is owed first',
                  ],
                ]}
              />
              {open && may ? <LimitsDialog limits={limits} onClose={() => onOpenChange(false)} /> : null}
            </>
          )}
        </QueryPanel>
        <Notices />
      </CardBody>
    </Card>
  )
}

function Notices() {
  const { data } = useQuery(noticesQuery(useOrg().id))
  if (!data || data.items.length === 0) {
    return (
      <p className="text-muted">
        You are written to when the wallet lasts for less than 72, 24 and 1 hours, and when it is empty.
      </p>
    )
  }
  return (
    <ul aria-label="Notices" className="grid gap-1.5">
      {data.items.map((notice) => (
        <li key={notice.id} className="flex flex-wrap justify-between gap-x-4">
          <span className="wrap-anywhere">{noticeWords(notice.kind)}</span>
          <time dateTime={notice.at} className="num text-muted">
            {formatDateTime(notice.at)}
          </time>
        </li>
      ))}
    </ul>
  )
}

function LimitsDialog({ limits, onClose }: { limits: SpendLimits; onClose: () => void }) {
  const { id } = useOrg()
  const save = useSetLimits(id)
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: {
      month: limits.month_cap ? plain(limits.month_cap) : '',
      hour: limits.hour_cap ? plain(limits.hour_cap) : '',
    },
  })
  const { errors } = form.formState
  const money = (text: string) => {
    const amount = parseAmount(text)
    return amount === null ? undefined : { amount, currency: 'USD' as const }
  }
  const { submit, problem } = useSubmit(
    form,
    { '/month_cap': 'month', '/hour_cap': 'hour' },
    async ({ month, hour }) => {
      const [month_cap, hour_cap] = [money(month), money(hour)]
      await save.mutateAsync({
        ...(month_cap ? { month_cap } : {}),
        ...(hour_cap ? { hour_cap } : {}),
      })
      onClose()
    },
  )
  return (
    <Dialog open onOpenChange={onClose} title="Limits of spending" detail="Leave a field empty for no limit.">
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Save" pending={save.isPending} error={problem}>
        <Field
          label="A calendar month in USD"
          hint="Counted to the end of the month with all servers running."
          error={errors.month?.message}
        >
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('month')} />
        </Field>
        <Field label="An hour of all servers in USD" error={errors.hour?.message}>
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('hour')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
