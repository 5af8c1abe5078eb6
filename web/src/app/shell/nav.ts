import {
  Activity,
  Boxes,
  Building2,
  CalendarClock,
  ChartLine,
  Cloud,
  Cpu,
  CreditCard,
  FileText,
  Gauge,
  Gift,
  HardDrive,
  LayoutDashboard,
  ListChecks,
  Mail,
  Percent,
  ScrollText,
  Server,
  UserRound,
  Users,
  Wallet,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import type { SectionTab } from '@/components/section'
import { ORG_TABS } from '@/features/org/tabs'
import type { Membership } from '@/lib/api/types'
import { orgPath } from '@/lib/org-path'

export interface NavItem {
  to: string
  label: string
  icon: LucideIcon
  /** Matches this address alone, not what lies below it. */
  end?: boolean
}

/** By their addresses within an organisation. */
const ORG_NAV: NavItem[] = [
  { to: '/dashboard', label: 'Dashboard', icon: LayoutDashboard },
  { to: '/servers', label: 'Servers', icon: Server },
  { to: '/wallet', label: 'Wallet', icon: Wallet },
  { to: '/activity', label: 'Activity', icon: Activity },
]
const SETTINGS: NavItem = { to: '/settings', label: 'Organisation', icon: Building2 }

/** The pages about the organisation itself that this reader sees. */
export const settingsTabs = ({ may }: Pick<Membership, 'may'>): SectionTab[] =>
  ORG_TABS.filter(({ perm }) => perm === undefined || may.includes(perm))

/** The pages of an organisation; none for a person without one. */
export function orgNav(org: Membership | null): NavItem[] {
  if (!org) return []
  const items = settingsTabs(org).length > 0 ? [...ORG_NAV, SETTINGS] : ORG_NAV
  return items.map((item) => ({ ...item, to: orgPath(org.id, item.to) }))
}

export const ADMIN_NAV: NavItem[] = [
  { to: '/admin', label: 'Overview', icon: Gauge, end: true },
  { to: '/admin/servers', label: 'Servers', icon: HardDrive },
  { to: '/admin/customers', label: 'Customers', icon: Users },
  { to: '/admin/users', label: 'Users', icon: UserRound },
  { to: '/admin/jobs', label: 'Jobs', icon: ListChecks },
  { to: '/admin/workers', label: 'Workers', icon: Cpu },
  { to: '/admin/schedules', label: 'Schedules', icon: CalendarClock },
  { to: '/admin/payments', label: 'Payments', icon: CreditCard },
  { to: '/admin/revenue', label: 'Revenue', icon: ChartLine },
  { to: '/admin/credit', label: 'Credit', icon: Gift },
  { to: '/admin/plans', label: 'Plans', icon: Boxes },
  { to: '/admin/clouds', label: 'Clouds', icon: Cloud },
  { to: '/admin/invoices', label: 'Invoices', icon: FileText },
  { to: '/admin/tax', label: 'Tax', icon: Percent },
  { to: '/admin/mails', label: 'Mails', icon: Mail },
  { to: '/admin/rate-limits', label: 'Rate limits', icon: Waypoints },
  { to: '/admin/audit', label: 'Audit', icon: ScrollText },
]
