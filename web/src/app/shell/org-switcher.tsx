import { ChevronsUpDown, Plus, Settings } from 'lucide-react'
import { lazy, Suspense, useState, type ComponentProps } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { settingsTabs } from '@/app/shell/nav'
import { useNewOrganisation } from '@/app/shell/new-organisation'
import { BrandMark } from '@/components/brand'
import { Truncated } from '@/components/truncated'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/menu'
import { MenuRadio } from '@/components/ui/menu-radio'
import { cn } from '@/lib/cn'
import { orgPath, samePlace } from '@/lib/org-path'
import { roleName } from '@/lib/perms'
import { useConfig } from '@/lib/use-config'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'

const OrgSearch = lazy(() => import('@/app/shell/org-search').then((m) => ({ default: m.OrgSearch })))

/** More than these are searched rather than read through. */
const MOST_LISTED = 7

interface OrgSwitcherProps {
  collapsed: boolean
  onNavigate: (() => void) | undefined
}

/** Whose pages this tab shows, and the way to the others: the same place in another organisation. */
export function OrgSwitcher({ collapsed, onNavigate }: OrgSwitcherProps) {
  const mine = useMemberships()
  const shown = useTabOrg()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const [searching, setSearching] = useState(false)
  const { may: mayCreate, onOpenChange: create } = useNewOrganisation()
  const go = (to: string) => {
    onNavigate?.()
    void navigate(to)
  }
  const startCreating = () => {
    onNavigate?.()
    create(true)
  }
  // In a phone's sheet the close button stands at the end of the row.
  const row = cn('h-14 shrink-0 border-b px-1.5', onNavigate && 'pr-13')
  if (!shown) {
    return (
      <div className={cn(row, 'flex items-center')}>
        <Names collapsed={collapsed} />
      </div>
    )
  }
  if (mine.length > MOST_LISTED) {
    return (
      <div className={row}>
        <Trigger collapsed={collapsed} org={shown.name} aria-haspopup="dialog" onClick={() => setSearching(true)} />
        {searching ? (
          <Suspense fallback={null}>
            <OrgSearch onClose={() => setSearching(false)} go={go} onCreate={mayCreate ? startCreating : null} />
          </Suspense>
        ) : null}
      </div>
    )
  }
  return (
    <div className={row}>
      <Menu align="start" trigger={<Trigger collapsed={collapsed} org={shown.name} />}>
        <div className="w-56 max-w-full">
          <MenuLabel>Organisations</MenuLabel>
          <MenuRadio
            label="Organisations"
            value={shown.id}
            onValueChange={(id) => go(samePlace(pathname, id))}
            options={mine.map(({ id, name, role }) => ({ value: id, label: name, detail: roleName(role) }))}
          />
          <MenuSeparator />
          {settingsTabs(shown).length > 0 ? (
            <MenuItem onSelect={() => go(orgPath(shown.id, '/settings'))}>
              <Settings aria-hidden /> Organisation settings
            </MenuItem>
          ) : null}
          {mayCreate ? (
            <MenuItem onSelect={() => startCreating()}>
              <Plus aria-hidden /> New organisation…
            </MenuItem>
          ) : null}
        </div>
      </Menu>
    </div>
  )
}

/** The button that shows the organisation; only its mark where there is no room for its name. */
function Trigger({ collapsed, org, ...props }: ComponentProps<'button'> & { collapsed: boolean; org: string }) {
  return (
    <button
      type="button"
      {...(collapsed ? { 'aria-label': `Organisation ${org}`, title: org } : {})}
      className="mt-1.5 flex h-11 w-full items-center rounded-md text-left hover:bg-surface-2 data-[state=open]:bg-surface-2"
      {...props}
    >
      <Names collapsed={collapsed} org={org} />
      {collapsed ? null : <ChevronsUpDown aria-hidden className="mr-2.5 ml-auto size-4 shrink-0 text-muted" />}
    </button>
  )
}

function Names({ collapsed, org }: { collapsed: boolean; org?: string }) {
  const { company_name } = useConfig()
  return (
    <span className={cn('flex min-w-0 items-center gap-3 px-2.5', collapsed && 'w-full justify-center px-0')}>
      <BrandMark />
      {collapsed ? null : (
        <span className="min-w-0 leading-tight">
          <Truncated text={company_name} className="text-sm font-semibold" />
          {org === undefined ? null : (
            <>
              <span className="sr-only">, organisation </span>
              <Truncated text={org} className="text-xs text-muted" />
            </>
          )}
        </span>
      )}
    </span>
  )
}
