import * as Primitive from '@radix-ui/react-dropdown-menu'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/lib/cn'

interface MenuProps {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'end'
}

export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) max-w-(--radix-dropdown-menu-content-available-width) min-w-48 animate-pop overflow-y-auto rounded-lg border bg-surface p-1 shadow-lg"
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** The look of a line in a menu. */
export const MENU_ITEM =
  'flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2.5 text-sm outline-none select-none touch:min-h-11 ' +
  'data-highlighted:bg-surface-2 data-disabled:pointer-events-none data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0'

export function MenuItem({
  className,
  danger = false,
  ...props
}: ComponentProps<typeof Primitive.Item> & { danger?: boolean }) {
  return (
    <Primitive.Item
      className={cn(MENU_ITEM, danger ? 'text-danger data-highlighted:bg-danger-soft' : '', className)}
      {...props}
    />
  )
}

export const MenuSeparator = () => <Primitive.Separator className="-mx-1 my-1 h-px bg-border" />
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Primitive.Label className="px-2.5 py-1.5 text-xs text-muted">{children}</Primitive.Label>
)
