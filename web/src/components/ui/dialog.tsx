import * as Primitive from '@radix-ui/react-dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/lib/cn'

/** The first field rather than the close button; on touch nothing, or the keyboard would cover the words. */
function focusFirstField(event: Event) {
  const content = event.currentTarget as HTMLElement
  const field = content.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea')
  event.preventDefault()
  if (field && matchMedia('(pointer: fine)').matches) field.focus()
  else content.focus()
}

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  detail?: ReactNode
  children: ReactNode
  wide?: boolean
}

/** A window in the middle of the page; on phones it rises from the bottom. */
export function Dialog({ open, onOpenChange, title, detail, children, wide = false }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Primitive.Content
          {...(detail ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirstField}
          className={cn(
            'fixed inset-x-0 bottom-0 z-50 grid max-h-[92dvh] animate-pop grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] overflow-hidden rounded-t-xl border bg-surface shadow-xl outline-none',
            'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl',
            wide ? 'sm:max-w-3xl' : 'sm:max-w-lg',
          )}
        >
          <div className="flex items-start justify-between gap-4 border-b px-5 py-4">
            <div className="min-w-0">
              <Primitive.Title className="text-base font-semibold wrap-anywhere">{title}</Primitive.Title>
              {detail ? (
                <Primitive.Description className="mt-1 text-[13px] wrap-anywhere text-muted">
                  {detail}
                </Primitive.Description>
              ) : null}
            </div>
            <Primitive.Close asChild>
              <Button variant="ghost" size="icon-sm" className="-mt-1 -mr-2" aria-label="Close">
                <X aria-hidden className="size-4" />
              </Button>
            </Primitive.Close>
          </div>
          <div className="min-h-0 overflow-y-auto px-5 py-4 wrap-anywhere">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
