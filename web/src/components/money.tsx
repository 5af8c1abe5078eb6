import type { Money as MoneyValue } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { formatMoney, isNegative, isPositive, type Digits } from '@/lib/money'

interface MoneyProps {
  value: MoneyValue
  digits?: Digits
  signed?: boolean
  /** Green for gains. */
  tinted?: boolean
  className?: string
}

export function Money({ value, digits = 'cents', signed = false, tinted = false, className }: MoneyProps) {
  return (
    <span
      className={cn(
        'num whitespace-nowrap',
        tinted && isPositive(value) && 'text-success',
        tinted && isNegative(value) && 'text-text',
        className,
      )}
      title={`${value.amount} ${value.currency}`}
    >
      {formatMoney(value, { digits, signed })}
    </span>
  )
}
