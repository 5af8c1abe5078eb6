import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { useToasts, type Toast } from '@/stores/toasts'

const ICON = { success: CircleCheck, danger: CircleAlert, info: Info }
const TINT = { success: 'text-success', danger: 'text-danger', info: 'text-info' }
/** Bad news stays longer; all of it ends by itself, but not under the pointer or the focus. */
const SHOWN_MS = { success: 6000, info: 6000, danger: 15_000 }

/** News from elsewhere, in a live region that is on every page. */
export function Toaster() {
  const { items, dismiss } = useToasts()
  const [held, setHeld] = useState(false)
  const hold = () => setHeld(true)
  const release = () => setHeld(false)
  // One that was dismissed under the pointer is never left.
  const close = (id: number) => {
    release()
    dismiss(id)
  }
  return (
    // Nothing is done by these: what is being read stays.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="region"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
      aria-label="Notifications"
      aria-live="polite"
      className="pointer-events-none fixed inset-y-0 right-0 z-60 flex w-full flex-col justify-end gap-2 p-4 sm:max-w-sm"
    >
      {items.map((toast) => (
        <ToastCard key={toast.id} toast={toast} held={held} onDismiss={() => close(toast.id)} />
      ))}
    </div>
  )
}

function ToastCard({ toast, held, onDismiss }: { toast: Toast; held: boolean; onDismiss: () => void }) {
  useEffect(() => {
    if (held) return
    const timer = setTimeout(onDismiss, SHOWN_MS[toast.tone])
    return () => clearTimeout(timer)
    // One timer a toast, whatever the parent re-renders.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [toast.id, held])
  const Icon = ICON[toast.tone]
  return (
    <div className="pointer-events-auto flex animate-pop items-start gap-3 rounded-lg border bg-surface p-3.5 shadow-lg">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${TINT[toast.tone]}`} />
      <div className="min-w-0 flex-1 text-[13px]">
        <p className="font-medium wrap-anywhere">{toast.title}</p>
        {toast.detail ? <p className="wrap-anywhere text-muted">{toast.detail}</p> : null}
        {toast.link ? (
          <Link to={toast.link.to} onClick={onDismiss} className="font-medium text-accent hover:underline">
            {toast.link.label}
          </Link>
        ) : null}
      </div>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={onDismiss}
        className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:text-text"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  )
}
