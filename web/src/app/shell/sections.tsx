import { Navigate, Outlet, useLocation } from 'react-router'
import { NotFound } from '@/app/not-found'
import { settingsTabs } from '@/app/shell/nav'
import { Page } from '@/components/page'
import { Section, type SectionTab } from '@/components/section'
import { Alert } from '@/components/ui/alert'
import { ACCOUNT_TABS } from '@/features/account/tabs'
import { orgPath } from '@/lib/org-path'
import { useMe } from '@/lib/use-me'
import { useOrg } from '@/lib/use-org'

/** A person's own account, which belongs to no organisation. */
export function AccountSection() {
  const { user, impersonation } = useMe()
  if (impersonation) return <NotTheirs name={user.name} />
  return <Tabbed title="Account" base="/account" tabs={ACCOUNT_TABS} />
}

/** An account is its person's alone: the API refuses an administrator in their place all of it. */
const NotTheirs = ({ name }: { name: string }) => (
  <Page title="Account">
    <Alert tone="info" title={`This account is ${name}’s alone`}>
      You act as {name}, and see their organisations. Their profile, security, sessions and keys stay closed to you.
    </Alert>
  </Page>
)

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
