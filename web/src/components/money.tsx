import type { Money as MoneyValue } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { exactly, formatMoney, isNegative, isPositive, negated, standing, type Digits } from '@/lib/money'

interface MoneyProps {
  value: MoneyValue
  /** As {@link Digits} says; a sum when left out. */
  digits?: Digits
  /** A plus before gains. */
  signed?: boolean
  /** Green for gains. */
  tinted?: boolean
  className?: string
}

/** An amount as people read it; its title has every digit. */
export function Money({ value, digits = 'sum', signed = false, tinted = false, className }: MoneyProps) {
  const text = formatMoney(value, { digits, signed })
  return (
    <span
      // What is longer than ten million has to fit into half a phone.
      className={cn(
        'num whitespace-nowrap',
        text.length > 14 && 'max-sm:text-[0.65em]',
        tinted && isPositive(value) && 'text-success',
        className,
      )}
      title={exactly(value)}
    >
      {text}
    </span>
  )
}

interface DebtProps {
  /** What is owed, as the API says it: zero or positive. */
  owed: MoneyValue
  className?: string
}

/** What is owed: a negative figure in red. */
export function Debt({ owed, className }: DebtProps) {
  return <Money value={negated(owed)} className={cn(isPositive(owed) && 'text-danger', className)} />
}

/** What a wallet has, or lacks: a debt is a negative balance, in red. */
export function Balance({ of, className }: { of: { balance: MoneyValue; owed: MoneyValue }; className?: string }) {
  const value = standing(of)
  return <Money value={value} className={cn(isNegative(value) && 'text-danger', className)} />
}
