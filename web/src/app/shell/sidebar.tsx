import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { NavLink } from 'react-router'
import { ADMIN_NAV, orgNav, type NavItem } from '@/app/shell/nav'
import { OrgSwitcher } from '@/app/shell/org-switcher'
import { cn } from '@/lib/cn'
import { useMe } from '@/lib/use-me'
import { useTabOrg } from '@/lib/use-memberships'
import { useUi } from '@/stores/ui'

export function Sidebar() {
  const { sidebarCollapsed: collapsed, toggleSidebar } = useUi()
  const Icon = collapsed ? PanelLeftOpen : PanelLeftClose
  const toggle = (
    <button
      type="button"
      onClick={toggleSidebar}
      aria-label={collapsed ? 'Expand sidebar' : 'Collapse sidebar'}
      className="flex h-9 w-full items-center gap-3 rounded-md px-2.5 text-muted hover:bg-surface-2 hover:text-text"
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {collapsed ? null : <span className="text-[13px]">Collapse</span>}
    </button>
  )
  return (
    <aside
      className={cn(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-r bg-surface transition-[width] duration-150 lg:flex',
        collapsed ? 'w-[61px]' : 'w-60',
      )}
    >
      <NavBody collapsed={collapsed} />
      <div className="border-t p-3">{toggle}</div>
    </aside>
  )
}

/** Brand, organisations and destinations; also the content of the phone's sheet. */
export function NavBody({ collapsed = false, onNavigate }: { collapsed?: boolean; onNavigate?: () => void }) {
  const { role } = useMe()
  const items = orgNav(useTabOrg())
  return (
    <>
      <OrgSwitcher {...{ collapsed, onNavigate }} />
      <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-3">
        {items.length > 0 ? <Group items={items} {...{ collapsed, onNavigate }} /> : null}
        {role === 'admin' ? <Group title="Administration" items={ADMIN_NAV} {...{ collapsed, onNavigate }} /> : null}
      </nav>
    </>
  )
}

interface GroupProps {
  title?: string
  items: NavItem[]
  collapsed: boolean
  onNavigate: (() => void) | undefined
}

function Group({ title, items, collapsed, onNavigate }: GroupProps) {
  return (
    <div>
      {title ? (
        collapsed ? (
          <div className="mx-1 mb-3 h-px bg-border" />
        ) : (
          <p className="px-2.5 pb-1.5 text-xs font-medium text-muted">{title}</p>
        )
      ) : null}
      <ul className="grid gap-0.5">
        {items.map((item) => (
          <li key={item.to}>
            <Item item={item} collapsed={collapsed} onNavigate={onNavigate} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Item({
  item,
  collapsed,
  onNavigate,
}: {
  item: NavItem
  collapsed: boolean
  onNavigate: (() => void) | undefined
}) {
  return (
    <NavLink
      to={item.to}
      end={item.end ?? false}
      onClick={onNavigate}
      {...(collapsed ? { 'aria-label': item.label, title: item.label } : {})}
      className="flex h-9 items-center gap-3 rounded-md px-2.5 text-sm text-muted transition-colors hover:bg-surface-2 hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent touch:h-11"
    >
      <item.icon aria-hidden className="size-4 shrink-0" />
      {collapsed ? null : item.label}
    </NavLink>
  )
}
