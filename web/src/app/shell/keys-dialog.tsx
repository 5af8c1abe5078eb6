import { Dialog } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'
import { useKeys } from '@/stores/keys'

const MOD = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/** Keys that work on every page; each is pressed together with the others of its row. */
const KEYS: { keys: string[]; what: string }[] = [
  { keys: ['?'], what: 'Show these keys' },
  { keys: [MOD, 'K'], what: 'Search pages, servers and actions' },
  { keys: ['/'], what: 'Go to the search of this page' },
  { keys: ['Esc'], what: 'Close a dialog or a menu' },
  { keys: ['Enter'], what: 'Send a form, or open what is chosen' },
  { keys: ['↑', '↓'], what: 'Move in a menu or a list of choices' },
  { keys: ['←', '→'], what: 'Move between tabs, or along a chart' },
]

export function KeysDialog() {
  const { open, setOpen } = useKeys()
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Keys">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-6 gap-y-3">
        {KEYS.map(({ keys, what }) => (
          <div key={what} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
