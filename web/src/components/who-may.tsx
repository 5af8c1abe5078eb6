import { Alert } from '@/components/ui/alert'
import type { Perm } from '@/lib/api/types'
import { roleName, whoMay } from '@/lib/perms'
import { useOrg } from '@/lib/use-org'

interface WhoMayProps {
  perm: Perm
  /** What the reader may not do: "create servers". */
  what: string
  /** One line among other words, instead of a notice. */
  brief?: boolean
}

/** In the place of what the reader may not use: that they may not, and whom to ask. The one piece that says so. */
export function WhoMay({ perm, what, brief = false }: WhoMayProps) {
  const { name, role } = useOrg()
  if (brief) {
    return (
      <span className="text-[13px] text-muted">
        You can’t {what}: ask {whoMay(perm)}.
      </span>
    )
  }
  return (
    <Alert tone="info" title={`You can’t ${what}`}>
      Your role in {name} is {roleName(role)}. Ask {whoMay(perm)} of the organisation if you need to.
    </Alert>
  )
}
