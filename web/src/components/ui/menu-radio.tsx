import * as Primitive from '@radix-ui/react-dropdown-menu'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { MENU_ITEM } from '@/components/ui/menu'

interface MenuRadioProps {
  label: string
  value: string
  onValueChange: (value: string) => void
  options: { value: string; label: string; icon?: ReactNode; detail?: string }[]
}

/** One of a few, chosen in a menu. */
export function MenuRadio({ label, value, onValueChange, options }: MenuRadioProps) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={onValueChange} aria-label={label}>
      {options.map((o) => (
        <Primitive.RadioItem key={o.value} value={o.value} className={MENU_ITEM}>
          {o.icon}
          <span className="min-w-0 flex-1 py-1 leading-tight wrap-anywhere">
            {o.label}
            {o.detail ? <span className="block text-xs text-muted">{o.detail}</span> : null}
          </span>
          <Primitive.ItemIndicator>
            <Check aria-hidden className="text-accent" />
          </Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  )
}
