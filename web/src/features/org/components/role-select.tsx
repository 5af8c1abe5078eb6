import type { ComponentProps } from 'react'
import { Select } from '@/components/ui/select'
import { ROLES, rolesFor } from '@/features/org/roles'
import { roleName } from '@/lib/perms'
import { useOrg } from '@/lib/use-org'

/** The roles that the reader may give, each with what it is for. */
export function RoleSelect(props: ComponentProps<'select'>) {
  const mine = rolesFor(useOrg().role)
  return (
    <Select {...props}>
      {ROLES.filter(({ role }) => mine.includes(role)).map(({ role, detail }) => (
        <option key={role} value={role}>
          {roleName(role)}: {detail}
        </option>
      ))}
    </Select>
  )
}
