import {
  Activity,
  Boxes,
  CalendarClock,
  Cloud,
  Cpu,
  Gauge,
  HardDrive,
  LayoutDashboard,
  ListChecks,
  Mail,
  ScrollText,
  Server,
  Users,
  Wallet,
  type LucideIcon,
} from 'lucide-react'
import type { Me } from '@/lib/api/types'

export interface NavItem {
  to: string
  label: string
  icon: LucideIcon
  /** Matches this address alone, not what lies below it. */
  end?: boolean
}

const CUSTOMER_NAV: NavItem[] = [
  { to: '/', label: 'Dashboard', icon: LayoutDashboard, end: true },
  { to: '/servers', label: 'Servers', icon: Server },
  { to: '/wallet', label: 'Wallet', icon: Wallet },
  { to: '/activity', label: 'Activity', icon: Activity },
]

/** What everybody has. An administrator's first page is the overview, so their own dashboard is elsewhere. */
export const customerNav = (role: Me['role']): NavItem[] =>
  role === 'admin' ? CUSTOMER_NAV.map((item) => (item.to === '/' ? { ...item, to: '/dashboard' } : item)) : CUSTOMER_NAV

export const ADMIN_NAV: NavItem[] = [
  { to: '/admin', label: 'Overview', icon: Gauge, end: true },
  { to: '/admin/servers', label: 'Servers', icon: HardDrive },
  { to: '/admin/customers', label: 'Customers', icon: Users },
  { to: '/admin/jobs', label: 'Jobs', icon: ListChecks },
  { to: '/admin/workers', label: 'Workers', icon: Cpu },
  { to: '/admin/schedules', label: 'Schedules', icon: CalendarClock },
  { to: '/admin/plans', label: 'Plans', icon: Boxes },
  { to: '/admin/clouds', label: 'Clouds', icon: Cloud },
  { to: '/admin/mails', label: 'Mails', icon: Mail },
  { to: '/admin/audit', label: 'Audit', icon: ScrollText },
]
