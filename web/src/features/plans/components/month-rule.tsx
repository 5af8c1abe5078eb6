import type { UseFormRegisterReturn } from 'react-hook-form'
import { Money } from '@/components/money'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { MONTHS, type RuleForm } from '@/features/plans/schemas'
import type { Money as Amount } from '@/lib/api/types'

/** The fields of the form, as it registers them. */
interface MonthRuleProps {
  cap: UseFormRegisterReturn
  hours: UseFormRegisterReturn
  unit: UseFormRegisterReturn
  minimum: UseFormRegisterReturn
  /** Which unit is chosen. */
  chosen: RuleForm['unit']
  /** What is wrong with the minimum. */
  error: string | undefined
}

/** Whether a calendar month has a cap, how many hours make a month, and in which unit time is charged. */
export function MonthRule({ cap, hours, unit, minimum, chosen, error }: MonthRuleProps) {
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
      <Field label="Time is charged">
        <Select {...unit}>
          <option value="hour">by the hour: a started one counts</option>
          <option value="second">by the second</option>
        </Select>
      </Field>
      {chosen === 'second' ? (
        <Field label="At least, in seconds" error={error}>
          <Input inputMode="numeric" autoComplete="off" className="num" {...minimum} />
        </Field>
      ) : null}
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
