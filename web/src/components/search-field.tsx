import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Kbd } from '@/components/ui/kbd'
import { useDebounced } from '@/lib/use-debounced'
import { useUrl } from '@/lib/use-url'

/** A search that lives in `?q=`; the key `/` reaches it from anywhere on the page. */
export function SearchField({ label, placeholder = label }: { label: string; placeholder?: string }) {
  const { get, set } = useUrl()
  const inUrl = get('q')
  const [text, setText] = useState(inUrl)
  const [seen, setSeen] = useState(inUrl)
  const input = useRef<HTMLInputElement>(null)
  const settled = useDebounced(text, 200)

  // Back, forward and links change the address under us.
  if (inUrl !== seen) {
    setSeen(inUrl)
    if (inUrl !== text.trim()) setText(inUrl)
  }

  useEffect(() => {
    if (settled.trim() !== inUrl && settled === text) set({ q: settled.trim() })
    // Only a person's typing may write the address.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled])

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey) return
      if ((e.target as Element).closest('input,textarea,[contenteditable],[role="dialog"]')) return
      e.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="relative min-w-0 flex-1 basis-56 sm:max-w-xs">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape' && text) setText('')
          else if (e.key === 'Escape') e.currentTarget.blur()
        }}
        className="peer h-9 w-full rounded-md border border-line bg-surface pr-9 pl-9 text-base placeholder:text-muted focus-visible:outline-offset-0 sm:text-sm touch:h-11 [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => setText('')}
          className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-sm text-muted hover:text-text"
        >
          <X aria-hidden className="size-4" />
        </button>
      ) : (
        <span
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2 hidden -translate-y-1/2 peer-focus:hidden sm:block"
        >
          <Kbd>/</Kbd>
        </span>
      )}
    </div>
  )
}
