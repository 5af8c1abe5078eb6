import { DeleteVpsDialog } from '@/features/vps/components/delete-vps-dialog'
import { NotesDialog } from '@/features/vps/components/notes-dialog'
import { PowerDialog } from '@/features/vps/components/power-dialog'
import { RenameVpsDialog } from '@/features/vps/components/rename-vps-dialog'
import { possible } from '@/features/vps/possible-actions'
import { useVpsRights } from '@/features/vps/use-vps-rights'
import type { Vps } from '@/lib/api/types'

interface VpsDialogsProps {
  vps: Vps
  /** The dialog that the address names. */
  dialog: string
  onClose: () => void
}

/** Everything that asks before it changes a server: of its page and of its row in the list. */
export function VpsDialogs({ vps, dialog, onClose }: VpsDialogsProps) {
  const can = possible(vps, useVpsRights())
  const at = (name: string) => ({
    vps,
    open: dialog === name,
    onOpenChange: (open: boolean) => (open ? null : onClose()),
  })
  return (
    <>
      {can.power ? (
        <>
          <PowerDialog action="reboot" {...at('reboot')} />
          <PowerDialog action="shutdown" {...at('shutdown')} />
        </>
      ) : null}
      {can.change ? (
        <>
          <RenameVpsDialog {...at('rename')} />
          <NotesDialog {...at('notes')} />
        </>
      ) : null}
      {can.delete ? <DeleteVpsDialog {...at('delete')} /> : null}
    </>
  )
}
