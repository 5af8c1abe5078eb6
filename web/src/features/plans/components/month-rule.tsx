import type { UseFormRegisterReturn } from 'react-hook-form'
import { Money } from '@/components/money'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { MONTHS, type RuleForm } from '@/features/plans/schemas'
import type { Money as Amount } from '@/lib/api/types'

/** The two fields of the form, as it registers them. */
interface MonthRuleProps {
  cap: UseFormRegisterReturn
  hours: UseFormRegisterReturn
}

/** Whether a calendar month has a cap, and how many hours make a month. */
export function MonthRule({ cap, hours }: MonthRuleProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 sm:grid-cols-2">
      <Field label="A calendar month (UTC)">
        <Select {...cap}>
          <option value="on">costs its price at most</option>
          <option value="off">costs each of its hours</option>
        </Select>
      </Field>
      <Field label="Hours to a month’s price">
        <Select {...hours}>
          {MONTHS.map((number) => (
            <option key={number} value={number}>
              {number}: {number === '672' ? 'the shortest month’s' : 'an average month’s'}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  )
}

/** A month of 31 days. */
const LONGEST = 744

interface LongMonthProps {
  price: Amount
  rule: RuleForm
}

/** What a month of 31 days costs by the rule: the price itself, or so many hours more. */
export function LongMonth({ price, rule: { cap, hours } }: LongMonthProps) {
  const more = LONGEST - Number(hours)
  return (
    <p className="text-text">
      A month of 31 days costs <Money value={price} className="font-semibold" />
      {cap === 'off'
        ? ` and ${String(more)} hours more: it has ${String(LONGEST)}.`
        : hours === '672'
          ? ', and so does every whole month: hours after the 672nd cost nothing.'
          : ': hours after the 730th cost nothing.'}
    </p>
  )
}
