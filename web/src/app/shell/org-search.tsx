import { Building2, Plus, Settings } from 'lucide-react'
import { useLocation } from 'react-router'
import { settingsTabs } from '@/app/shell/nav'
import { CommandBox, hasWords, type Command } from '@/components/command-box'
import { orgPath, samePlace } from '@/lib/org-path'
import { roleName } from '@/lib/perms'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'

interface OrgSearchProps {
  onClose: () => void
  go: (to: string) => void
  /** Begins a further one; null for who may not. */
  onCreate: (() => void) | null
}

/** One's organisations, when they are too many for a menu. */
export function OrgSearch({ onClose, go, onCreate }: OrgSearchProps) {
  const mine = useMemberships()
  const shown = useTabOrg()
  const { pathname } = useLocation()
  const useCommands = (text: string): Command[] => {
    const orgs = mine.map(({ id, name, role }) => ({
      id,
      group: 'Organisations',
      label: name,
      detail: id === shown?.id ? `${roleName(role)}, shown now` : roleName(role),
      icon: Building2,
      run: () => go(samePlace(pathname, id)),
    }))
    const actions: Command[] =
      shown && settingsTabs(shown).length > 0
        ? [
            {
              id: 'settings',
              group: 'Actions',
              label: 'Organisation settings',
              icon: Settings,
              run: () => go(orgPath(shown.id, '/settings')),
            },
          ]
        : []
    if (onCreate) actions.push({ id: 'new', group: 'Actions', label: 'New organisation…', icon: Plus, run: onCreate })
    return [...orgs, ...actions].filter(({ label }) => hasWords(label, text))
  }
  return (
    <CommandBox
      open
      onOpenChange={onClose}
      title="Organisations"
      label="Search your organisations"
      placeholder="Name of an organisation"
      useCommands={useCommands}
    />
  )
}
