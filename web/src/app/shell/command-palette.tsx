import { useQuery } from '@tanstack/react-query'
import {
  Boxes,
  Building2,
  Cloud,
  HardDrive,
  ListChecks,
  LogOut,
  Moon,
  Plus,
  Server,
  Sun,
  UserRound,
  Users,
  type LucideIcon,
} from 'lucide-react'
import { useLocation, useNavigate } from 'react-router'
import { useNewOrganisation } from '@/app/shell/new-organisation'
import { searchQuery } from '@/app/shell/search'
import { ADMIN_NAV, orgNav, type NavItem } from '@/app/shell/nav'
import { CommandBox, hasWords, type Command } from '@/components/command-box'
import { useSignOut } from '@/features/auth/api/mutations'
import { vpsListQuery } from '@/lib/api/queries'
import type { Found } from '@/lib/api/types'
import type { Membership } from '@/lib/api/types'
import { orgPath, samePlace } from '@/lib/org-path'
import { cloudStatus, jobKind, jobState, vpsNow, vpsStatus } from '@/lib/status'
import { useDebounced } from '@/lib/use-debounced'
import { useMe } from '@/lib/use-me'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'
import { usePalette } from '@/stores/palette'
import { useUi } from '@/stores/ui'

const MAX_VPS = 8
/** The API finds nothing for less. */
const MIN_SEARCHED = 2

type Go = (to: string) => () => void

/** The servers of the organisation that this tab is about. */
function useOwnVps(q: string, go: Go, org: Membership | null): Command[] {
  const enabled = org?.may.includes('vps:read') ?? false
  const { data } = useQuery({ ...vpsListQuery(org?.id ?? '', { limit: MAX_VPS, ...(q ? { q } : {}) }), enabled })
  if (!org || !enabled) return []
  return (data?.items ?? []).map((s) => ({
    id: s.id,
    group: 'Servers',
    label: s.label,
    detail: [s.ipv4, vpsNow(s).words].filter(Boolean).join(' · '),
    icon: Server,
    run: go(orgPath(org.id, `/servers/${s.id}`)),
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
  user: { group: 'Users', icon: UserRound, to: (id) => `/admin/users/${id}`, detail: (f) => f.detail },
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

/** The way to the same place in another organisation. */
function useOthers(go: Go, shown: Membership | null): Command[] {
  const { pathname } = useLocation()
  return useMemberships()
    .filter(({ id }) => id !== shown?.id)
    .map(({ id, name }) => ({
      id,
      group: 'Organisations',
      label: `Switch to ${name}`,
      icon: Building2,
      run: go(samePlace(pathname, id)),
    }))
}

function useCommands(text: string): Command[] {
  const navigate = useNavigate()
  const { role } = useMe()
  const { setTheme } = useUi()
  const signOut = useSignOut()
  const q = useDebounced(text.trim(), 150)
  const isAdmin = role === 'admin'

  const go = (to: string) => () => void navigate(to)
  const { may: mayCreate, onOpenChange: create } = useNewOrganisation()
  const org = useTabOrg()
  const own = useOwnVps(q, go, isAdmin ? null : org)
  const searched = useSearch(q, go, isAdmin)
  const others = useOthers(go, org)
  const nav = isAdmin ? [...orgNav(org), ...ADMIN_NAV] : orgNav(org)
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
    ...others,
    ...(org?.may.includes('vps:create')
      ? [
          {
            id: 'create',
            group: 'Actions',
            label: 'Create server',
            icon: Plus,
            run: go(orgPath(org.id, '/servers/new')),
          },
        ]
      : []),
    ...(mayCreate
      ? [
          {
            id: 'new-organisation',
            group: 'Actions',
            label: 'New organisation',
            icon: Building2,
            run: () => create(true),
          },
        ]
      : []),
    { id: 'light', group: 'Actions', label: 'Use light theme', icon: Sun, run: () => setTheme('light') },
    { id: 'dark', group: 'Actions', label: 'Use dark theme', icon: Moon, run: () => setTheme('dark') },
    { id: 'out', group: 'Actions', label: 'Sign out', icon: LogOut, run: () => signOut.mutate() },
  ]
  const found = [...searched, ...own]
  const pages = fixed.filter((c) => hasWords(c.label, text))
  return text.trim() ? [...found, ...pages] : [...pages, ...found]
}

/** Two pages are called Servers: an administrator's own, and those of all. */
const pageLabel = ({ to, label }: NavItem) => (to === '/admin/servers' ? 'Servers of all customers' : label)

/** Ctrl/Cmd-K: pages, servers by name or IP, actions. */
export function CommandPalette() {
  const { open, setOpen } = usePalette()
  return (
    <CommandBox
      open={open}
      onOpenChange={setOpen}
      title="Search"
      label="Search pages, servers and actions"
      placeholder="Page, server, IP address or action"
      useCommands={useCommands}
    />
  )
}
