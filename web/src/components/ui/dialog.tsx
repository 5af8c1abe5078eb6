import * as Primitive from '@radix-ui/react-dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useOpener } from '@/components/ui/use-opener'
import { cn } from '@/lib/cn'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  detail?: ReactNode
  children: ReactNode
  wide?: boolean
}

/** A list that is open under a field takes the key first. */
const keepsEscape = (event: KeyboardEvent) => {
  if (document.activeElement?.matches('[role=combobox][aria-expanded=true]')) event.preventDefault()
}

/**
 * A window in the middle of the page; on phones it rises from the bottom. Its head and its `DialogActions` stay in
 * sight while what is between them scrolls; where the window is very low, all of it scrolls.
 */
export function Dialog({ open, onOpenChange, title, detail, children, wide = false }: DialogProps) {
  const opener = useOpener()
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Primitive.Content
          {...(detail ? {} : { 'aria-describedby': undefined })}
          {...opener}
          onEscapeKeyDown={keepsEscape}
          className={cn(
            'fixed inset-x-0 bottom-0 z-50 grid max-h-[92dvh] animate-pop grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] overflow-hidden rounded-t-xl border bg-surface shadow-xl outline-none short:block short:overflow-y-auto',
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
          <div className="min-h-0 scroll-pt-4 scroll-pb-20 overflow-y-auto overscroll-contain px-5 pt-4 pb-4 wrap-anywhere has-[[data-feet]]:pb-0 short:overflow-visible">
            {children}
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
