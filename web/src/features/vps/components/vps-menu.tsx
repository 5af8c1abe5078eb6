import { Ellipsis, ExternalLink, Power, RotateCw, Trash2 } from 'lucide-react'
import { useNavigate } from 'react-router'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { usePower, type PowerAction } from '@/features/vps/api/mutations'
import { possible, refused } from '@/features/vps/possible-actions'
import { useVpsRights } from '@/features/vps/use-vps-rights'
import type { Vps } from '@/lib/api/types'
import { actionVerb } from '@/lib/status'
import { useOrgPath } from '@/lib/use-org'

interface VpsMenuProps {
  vps: Vps
  /** Opens a dialog about this server, on the list's page. */
  onAsk: (dialog: PowerAction | 'delete') => void
}

/** The rest of what a row can do. */
export function VpsMenu({ vps, onAsk }: VpsMenuProps) {
  const navigate = useNavigate()
  const at = useOrgPath()
  const can = possible(vps, useVpsRights())
  const boot = usePower(vps, 'boot')
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${vps.label}`}>
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
    >
      <MenuItem onSelect={() => void navigate(at(`/servers/${vps.id}`))}>
        <ExternalLink aria-hidden /> Open
      </MenuItem>
      {can.power?.map((action) => {
        const Icon = action === 'reboot' ? RotateCw : Power
        return (
          <MenuItem
            key={action}
            disabled={refused(action, vps, can) !== null}
            onSelect={() => (action === 'boot' ? boot.mutate() : onAsk(action))}
          >
            <Icon aria-hidden /> {actionVerb(action)}
            {action === 'boot' ? '' : '…'}
          </MenuItem>
        )
      })}
      {can.delete ? (
        <>
          <MenuSeparator />
          <MenuItem danger onSelect={() => onAsk('delete')}>
            <Trash2 aria-hidden /> Delete…
          </MenuItem>
        </>
      ) : null}
    </Menu>
  )
}
