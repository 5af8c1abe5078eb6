import { Navigate, Outlet, useLocation } from 'react-router'
import { NotFound } from '@/app/not-found'
import { settingsTabs } from '@/app/shell/nav'
import { Section, type SectionTab } from '@/components/section'
import { ACCOUNT_TABS } from '@/features/account/tabs'
import { orgPath } from '@/lib/org-path'
import { useOrg } from '@/lib/use-org'

/** A person's own account, which belongs to no organisation. */
export function AccountSection() {
  return <Tabbed title="Account" base="/account" tabs={ACCOUNT_TABS} />
}

/** What an organisation is: its name, its people, its limits. */
export function SettingsSection() {
  const org = useOrg()
  return <Tabbed title="Organisation" detail={org.name} base={orgPath(org.id, '/settings')} tabs={settingsTabs(org)} />
}

interface TabbedProps {
  title: string
  detail?: string
  base: string
  tabs: SectionTab[]
}

function Tabbed({ base, tabs, ...words }: TabbedProps) {
  const { pathname, search } = useLocation()
  const [path = ''] = pathname.slice(base.length + 1).split('/')
  const [first] = tabs
  if (path === '' && first) return <Navigate to={`${base}/${first.path}${search}`} replace />
  const current = tabs.find((tab) => tab.path === path)
  if (!current) return <NotFound />
  return (
    <Section {...words} {...{ base, tabs, current }}>
      <Outlet />
    </Section>
  )
}
