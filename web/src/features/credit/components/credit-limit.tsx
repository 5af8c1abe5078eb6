import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useSetCreditLimit } from '@/features/credit/api/mutations'
import { creditLimitQuery } from '@/features/credit/api/queries'
import { amountField, parseAmount } from '@/lib/amount'
import type { CreditLimit as Limit } from '@/lib/api/types'
import { plain } from '@/lib/money'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

/** Above how much credit takes two administrators. */
export function CreditLimit() {
  const query = useQuery(creditLimitQuery)
  const { open, onOpenChange } = useUrlDialog('credit-limit')
  return (
    <Card aria-labelledby="four-eyes">
      <CardHeader
        id="four-eyes"
        title="Four eyes"
        detail="What one administrator gives a customer within a day counts together."
        action={<Button onClick={() => onOpenChange(true)}>Change</Button>}
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-6" />}>
          {(limit) => (
            <>
              <p>
                Credit above <Money value={limit.limit} /> takes two administrators.
                {limit.admins < 2
                  ? ' You are the only one, so you give it alone, and the activity says so.'
                  : ' One of them may lower the limit; the operator raises it at the command line.'}
              </p>
              {open ? <LimitDialog limit={limit} onClose={() => onOpenChange(false)} /> : null}
            </>
          )}
        </QueryPanel>
      </CardBody>
    </Card>
  )
}

const schema = z.object({ limit: amountField('100 or 100.00') })

function LimitDialog({ limit, onClose }: { limit: Limit; onClose: () => void }) {
  const save = useSetCreditLimit()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { limit: plain(limit.limit) } })
  const { submit, problem } = useSubmit(form, { '/limit': 'limit' }, async (values) => {
    const amount = parseAmount(values.limit) ?? values.limit
    await save.mutateAsync({ limit: { amount, currency: limit.limit.currency } })
    onClose()
  })
  return (
    <Dialog open onOpenChange={onClose} title="When credit takes two" detail="Zero: each credit waits for another one.">
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Save" pending={save.isPending} error={problem}>
        <Field label={`Above, in ${limit.limit.currency}`} error={form.formState.errors.limit?.message}>
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('limit')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
