import * as Dialog from '@radix-ui/react-dialog'
import { useQuery } from '@tanstack/react-query'
import {
  Boxes,
  Cloud,
  HardDrive,
  ListChecks,
  LogOut,
  Moon,
  Plus,
  Search,
  Server,
  Sun,
  Users,
  type LucideIcon,
} from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { searchQuery } from '@/app/shell/search'
import { ADMIN_NAV, customerNav, type NavItem } from '@/app/shell/nav'
import { Kbd } from '@/components/ui/kbd'
import { useOpener } from '@/components/ui/use-opener'
import { useSignOut } from '@/features/auth/api/mutations'
import { vpsListQuery } from '@/lib/api/queries'
import type { Found } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { cloudStatus, jobKind, jobState, vpsNow, vpsStatus } from '@/lib/status'
import { useDebounced } from '@/lib/use-debounced'
import { useMe } from '@/lib/use-me'
import { usePalette } from '@/stores/palette'
import { useUi } from '@/stores/ui'

interface Command {
  id: string
  group: string
  label: string
  detail?: string
  icon: LucideIcon
  run: () => void
}

const MAX_VPS = 8
/** The API finds nothing for less. */
const MIN_SEARCHED = 2

type Go = (to: string) => () => void

/** A customer's own servers. */
function useOwnVps(q: string, go: Go, enabled: boolean): Command[] {
  const { data } = useQuery({ ...vpsListQuery({ limit: MAX_VPS, ...(q ? { q } : {}) }), enabled })
  if (!enabled) return []
  return (data?.items ?? []).map((s) => ({
    id: s.id,
    group: 'Servers',
    label: s.label,
    detail: [s.ipv4, vpsNow(s).words].filter(Boolean).join(' · '),
    icon: Server,
    run: go(`/servers/${s.id}`),
  }))
}

interface Kind {
  group: string
  icon: LucideIcon
  to: (id: string) => string
  label?: (found: Found) => string
  detail: (found: Found) => string
}

const KINDS: Record<string, Kind> = {
  org: { group: 'Customers', icon: Users, to: (id) => `/admin/customers/${id}`, detail: (f) => f.detail },
  vps: {
    group: 'Servers of customers',
    icon: HardDrive,
    to: (id) => `/admin/servers/${id}`,
    detail: (f) => [f.more, vpsStatus(f.detail).words].filter(Boolean).join(' · '),
  },
  job: {
    group: 'Jobs',
    icon: ListChecks,
    to: (id) => `/admin/jobs/${id}`,
    label: (f) => jobKind(f.label),
    detail: (f) => jobState(f.detail).words,
  },
  cloud: {
    group: 'Clouds',
    icon: Cloud,
    to: (id) => `/admin/clouds/${id}`,
    detail: (f) => cloudStatus(f.detail).words,
  },
  plan: { group: 'Plans', icon: Boxes, to: (id) => `/admin/plans?edit=${id}`, detail: (f) => f.detail },
}

/** What an administrator looks for: customers, servers of anybody, jobs, clouds and plans. */
function useSearch(q: string, go: Go, enabled: boolean): Command[] {
  const searched = enabled && q.length >= MIN_SEARCHED
  const { data } = useQuery({ ...searchQuery(q), enabled: searched })
  if (!searched) return []
  return (data?.items ?? []).flatMap((found) => {
    const kind = KINDS[found.type]
    if (!kind) return []
    const { group, icon, to, label, detail } = kind
    return [
      { id: found.id, group, label: label?.(found) ?? found.label, detail: detail(found), icon, run: go(to(found.id)) },
    ]
  })
}

function useCommands(text: string): Command[] {
  const navigate = useNavigate()
  const { role } = useMe()
  const { setTheme } = useUi()
  const signOut = useSignOut()
  const q = useDebounced(text.trim(), 150)
  const isAdmin = role === 'admin'

  const go = (to: string) => () => void navigate(to)
  const own = useOwnVps(q, go, !isAdmin)
  const searched = useSearch(q, go, isAdmin)
  const nav = isAdmin ? [...customerNav(role), ...ADMIN_NAV] : customerNav(role)
  const matches = (label: string) =>
    text
      .trim()
      .toLowerCase()
      .split(/\s+/)
      .every((word) => label.toLowerCase().includes(word))
  const operator: Command[] = ['failed', 'stuck', 'running'].map((state) => ({
    id: `jobs-${state}`,
    group: 'Jobs',
    label: `${jobState(state).words} jobs`,
    icon: ListChecks,
    run: go(`/admin/jobs?state=${state}`),
  }))
  const fixed: Command[] = [
    ...nav.map((n) => ({ id: n.to, group: 'Pages', label: pageLabel(n), icon: n.icon, run: go(n.to) })),
    ...(isAdmin ? operator : []),
    ...(role === 'readonly'
      ? []
      : [{ id: 'create', group: 'Actions', label: 'Create server', icon: Plus, run: go('/servers/new') }]),
    { id: 'light', group: 'Actions', label: 'Use light theme', icon: Sun, run: () => setTheme('light') },
    { id: 'dark', group: 'Actions', label: 'Use dark theme', icon: Moon, run: () => setTheme('dark') },
    { id: 'out', group: 'Actions', label: 'Sign out', icon: LogOut, run: () => signOut.mutate() },
  ]
  const found = [...searched, ...own]
  const pages = fixed.filter((c) => matches(c.label))
  return text.trim() ? [...found, ...pages] : [...pages, ...found]
}

/** Two pages are called Servers: an administrator's own, and those of all. */
const pageLabel = ({ to, label }: NavItem) => (to === '/admin/servers' ? 'Servers of all customers' : label)

/** Ctrl/Cmd-K: pages, servers by name or IP, actions. */
export function CommandPalette() {
  const { open, setOpen } = usePalette()
  const opener = useOpener()
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          {...opener}
          className="fixed top-[10dvh] left-1/2 z-50 flex max-h-[70dvh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 animate-pop flex-col overflow-hidden rounded-xl border bg-surface shadow-xl"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <PaletteBody onDone={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function PaletteBody({ onDone }: { onDone: () => void }) {
  const list = useId()
  const [text, setText] = useState('')
  const [index, setIndex] = useState(0)
  const commands = useCommands(text)
  const active = commands[Math.min(index, commands.length - 1)]

  const run = (command: Command) => {
    onDone()
    command.run()
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step !== undefined && commands.length > 0) {
      e.preventDefault()
      const next = (index + step + commands.length) % commands.length
      setIndex(next)
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (e.key === 'Enter' && active) {
      e.preventDefault()
      run(active)
    }
  }

  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search aria-hidden className="size-4 text-muted" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-label="Search pages, servers and actions"
          aria-activedescendant={active ? `${list}-${commands.indexOf(active)}` : undefined}
          autoComplete="off"
          placeholder="Page, server, IP address or action"
          value={text}
          onChange={(e) => {
            setText(e.target.value)
            setIndex(0)
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent text-base outline-none placeholder:text-muted sm:text-sm"
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id={list} role="listbox" aria-label="Results" className="min-h-0 overflow-y-auto p-2">
        {commands.map((command, i) => (
          <div key={command.id} role="presentation">
            {commands[i - 1]?.group === command.group ? null : (
              <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">
                {command.group}
              </p>
            )}
            {/* The keys are handled by the field, which keeps the focus. */}
            {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- see above */}
            <div
              id={`${list}-${i}`}
              role="option"
              aria-selected={command === active}
              onMouseMove={() => setIndex(i)}
              onClick={() => run(command)}
              className={cn(
                'flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-2.5 touch:min-h-11',
                command === active && 'bg-accent-soft',
              )}
            >
              <command.icon aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1 wrap-anywhere">{command.label}</span>
              {command.detail ? <span className="num shrink-0 text-[13px] text-muted">{command.detail}</span> : null}
            </div>
          </div>
        ))}
      </div>
      {commands.length === 0 ? (
        <p role="status" className="px-4 pb-8 pt-4 text-center text-muted">
          Nothing matches “{text.trim()}”.
        </p>
      ) : null}
    </>
  )
}
