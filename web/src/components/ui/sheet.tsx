import * as Primitive from '@radix-ui/react-dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useOpener } from '@/components/ui/use-opener'
import { cn } from '@/lib/cn'

interface SheetProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  detail?: string
  side?: 'left' | 'right'
  children: ReactNode
  /** The title is for screen readers alone. */
  bare?: boolean
}

/** A panel from the side: navigation on phones, drawers elsewhere. */
export function Sheet({ open, onOpenChange, title, detail, side = 'right', bare = false, children }: SheetProps) {
  const { onOpenAutoFocus, onCloseAutoFocus } = useOpener()
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Primitive.Content
          {...(detail ? {} : { 'aria-describedby': undefined })}
          {...{ onOpenAutoFocus, onCloseAutoFocus }}
          className={cn(
            'fixed inset-y-0 z-50 flex flex-col bg-surface shadow-xl outline-none short:overflow-y-auto',
            side === 'right'
              ? 'right-0 w-full max-w-xl animate-slide-right border-l'
              : 'left-0 w-72 max-w-[85vw] animate-slide-left border-r',
          )}
        >
          <div
            className={cn(
              'flex items-start justify-between gap-4 px-5 py-4',
              bare ? 'absolute top-0 right-0 p-3' : 'border-b',
            )}
          >
            <div className="min-w-0">
              <Primitive.Title className={bare ? 'sr-only' : 'text-base font-semibold wrap-anywhere'}>
                {title}
              </Primitive.Title>
              {detail ? (
                <Primitive.Description className="mt-1 text-[13px] wrap-anywhere text-muted">
                  {detail}
                </Primitive.Description>
              ) : null}
            </div>
            <Primitive.Close asChild>
              <Button variant="ghost" size="icon-sm" aria-label="Close">
                <X aria-hidden className="size-4" />
              </Button>
            </Primitive.Close>
          </div>
          <div
            className={cn(
              'min-h-0 flex-1 overflow-y-auto overscroll-contain short:overflow-visible',
              bare ? '' : 'px-5 py-4',
            )}
          >
            {children}
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
