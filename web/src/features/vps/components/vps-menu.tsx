import { Ellipsis, ExternalLink, Power, RotateCw, Trash2 } from 'lucide-react'
import { useNavigate } from 'react-router'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { usePower, type PowerAction } from '@/features/vps/api/mutations'
import { possible, POWER_WORDS } from '@/features/vps/possible-actions'
import type { Vps } from '@/lib/api/types'
import { useCanWrite } from '@/lib/use-me'

/** The rest of what a row can do. */
export function VpsMenu({ vps }: { vps: Vps }) {
  const navigate = useNavigate()
  const can = possible(vps, useCanWrite())
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${vps.label}`}>
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
    >
      <MenuItem onSelect={() => void navigate(`/servers/${vps.id}`)}>
        <ExternalLink aria-hidden /> Open
      </MenuItem>
      {can.power.map((action) => (
        <PowerItem key={action} id={vps.id} action={action} disabled={can.busy} />
      ))}
      {can.delete ? (
        <>
          <MenuSeparator />
          <MenuItem danger onSelect={() => void navigate(`/servers/${vps.id}?dialog=delete`)}>
            <Trash2 aria-hidden /> Delete…
          </MenuItem>
        </>
      ) : null}
    </Menu>
  )
}

function PowerItem({ id, action, disabled }: { id: string; action: PowerAction; disabled: boolean }) {
  const power = usePower(id, action)
  const Icon = action === 'reboot' ? RotateCw : Power
  return (
    <MenuItem disabled={disabled} onSelect={() => power.mutate()}>
      <Icon aria-hidden /> {POWER_WORDS[action]}
    </MenuItem>
  )
}
