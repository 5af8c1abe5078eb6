import { NavBody } from '@/app/shell/sidebar'
import { Sheet } from '@/components/ui/sheet'

/** The sidebar of phones. */
export function PhoneNav({ onClose }: { onClose: () => void }) {
  return (
    <Sheet open onOpenChange={onClose} title="Navigation" side="left" bare>
      <div className="flex h-full flex-col">
        <NavBody onNavigate={onClose} />
      </div>
    </Sheet>
  )
}
