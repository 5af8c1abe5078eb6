import type { Money as MoneyValue, Price } from '@/lib/api/types'
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

/** Every price by hour and by month. */
export function PriceTag({ price, className }: { price: Price; className?: string }) {
  return (
    <span className={cn('num whitespace-nowrap', className)}>
      <span className="font-semibold">{formatMoney(price.monthly)}</span>
      <span className="text-muted">/mo</span>
      <span className="text-muted"> · {formatMoney(price.hourly, { digits: 'exact' })}/h</span>
    </span>
  )
}
