import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { useChangeSchedule } from '@/features/schedules/api/mutations'
import { previewQuery } from '@/features/schedules/api/queries'
import { cronWords } from '@/features/schedules/cron-words'
import { toProblem } from '@/lib/api/problem'
import type { ChangeSchedule, Schedule } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { reasonField } from '@/lib/reason'
import { formatUtc } from '@/lib/time'
import { useDebounced } from '@/lib/use-debounced'
import { useSubmit } from '@/lib/use-submit'

const UNITS = [
  { value: '1', label: 'seconds' },
  { value: '60', label: 'minutes' },
  { value: '3600', label: 'hours' },
  { value: '86400', label: 'days' },
]
/** The API's own bound. */
const MAX_CATCH_UP_S = 31 * 86_400

const schema = z
  .object({
    cron: z
      .string()
      .check(z.trim(), z.minLength(1, 'Enter a cron expression.'), z.maxLength(200, 'At most 200 characters.')),
    amount: z.string().check(z.trim(), z.regex(/^\d{1,9}$/, 'Enter a whole number, 0 for none.')),
    unit: z.enum(['1', '60', '3600', '86400']),
    reason: reasonField,
  })
  .check(
    z.refine((v: { amount: string; unit: string }) => Number(v.amount) * Number(v.unit) <= MAX_CATCH_UP_S, {
      path: ['amount'],
      message: 'At most 31 days.',
    }),
  )

type EditForm = z.infer<typeof schema>

/** The largest unit that says so many seconds in a whole number. */
function amountOf(seconds: number): Pick<EditForm, 'amount' | 'unit'> {
  const unit = ([86_400, 3600, 60] as const).find((u) => seconds > 0 && seconds % u === 0) ?? 1
  return { amount: String(seconds / unit), unit: String(unit) as EditForm['unit'] }
}

export function EditScheduleDialog({ schedule: s, onClose }: { schedule: Schedule; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title={`Edit ${s.name}`}>
      <EditScheduleForm schedule={s} onClose={onClose} />
    </Dialog>
  )
}

function EditScheduleForm({ schedule: s, onClose }: { schedule: Schedule; onClose: () => void }) {
  const change = useChangeSchedule(s.name)
  const form = useForm<EditForm>({
    resolver: zodResolver(schema),
    defaultValues: { cron: s.cron, ...amountOf(s.catch_up_s), reason: '' },
  })
  const { errors } = form.formState
  const cron = useWatch({ control: form.control, name: 'cron' })

  const { submit, problem } = useSubmit(
    form,
    { '/cron': 'cron', '/catch_up_s': 'amount', '/reason': 'reason' },
    async (v) => {
      const catch_up_s = Number(v.amount) * Number(v.unit)
      const body: ChangeSchedule = {
        reason: v.reason,
        ...(v.cron === s.cron ? {} : { cron: v.cron }),
        ...(catch_up_s === s.catch_up_s ? {} : { catch_up_s }),
      }
      if (body.cron === undefined && body.catch_up_s === undefined) {
        form.setError('cron', { message: 'Nothing has been changed yet.' })
        return
      }
      await change.mutateAsync(body)
      onClose()
    },
  )
  return (
    <DialogForm onSubmit={submit} onCancel={onClose} submit="Save schedule" pending={change.isPending} error={problem}>
      <Field
        label="Cron expression"
        hint="As in crontab, in UTC: minute, hour, day of month, month and day of week (0 and 7 are Sunday, 1 is Monday, names work). With both days given, either is enough. A sixth field in front sets seconds. What the old expression missed is not caught up."
        error={errors.cron?.message}
      >
        <Input
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          className="font-mono"
          {...form.register('cron')}
        />
      </Field>
      <Preview cron={cron.trim()} />
      <div className="grid grid-cols-[1fr_9rem] items-start gap-2">
        <Field
          label="Catch-up window"
          hint="Ticks missed within this time are caught up. With 0, only the newest one is."
          error={errors.amount?.message}
        >
          <Input inputMode="numeric" autoComplete="off" {...form.register('amount')} />
        </Field>
        <Field label="Unit">
          <Select {...form.register('unit')}>
            {UNITS.map((u) => (
              <option key={u.value} value={u.value}>
                {u.label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field label="Reason" hint="Saved in the activity log." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}

/** What the expression means, and when it would tick, as the scheduler itself reads it. */
function Preview({ cron }: { cron: string }) {
  const settled = useDebounced(cron, 300)
  const { data, error, isError, isPlaceholderData } = useQuery(previewQuery(settled))
  const words = cronWords(cron)
  const old = settled !== cron || isPlaceholderData
  return (
    <section
      aria-label="Next ticks"
      aria-live="polite"
      className="grid min-h-36 content-start gap-2 rounded-md border bg-surface-2 p-3 text-[13px]"
    >
      <p className="font-medium first-letter:uppercase">{words ? `${words}, UTC` : 'Next ticks'}</p>
      {isError ? (
        <p className="text-danger">{refusal(error)}</p>
      ) : data ? (
        <ol className={cn('num grid gap-0.5 font-mono text-xs', old && 'opacity-50')}>
          {data.next.map((at) => (
            <li key={at}>
              <time dateTime={at}>{formatUtc(at)}</time>
            </li>
          ))}
        </ol>
      ) : cron ? (
        <Skeleton className="h-24 w-48" />
      ) : (
        <p className="text-muted">Enter an expression to see its next five ticks.</p>
      )}
    </section>
  )
}

function refusal(error: unknown): string {
  const problem = toProblem(error)
  return problem.fields.find((f) => f.pointer === '/cron')?.detail ?? problem.message
}
