import { Building2 } from 'lucide-react'
import { useState } from 'react'
import { CommandBox, hasWords } from '@/components/command-box'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DialogForm } from '@/components/dialog-form'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { DialogActions } from '@/components/ui/dialog-actions'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Menu, MenuItem } from '@/components/ui/menu'
import { Sheet } from '@/components/ui/sheet'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { FAILURE } from '@/features/gallery/queries'
import { useUrlDialog } from '@/lib/use-url'

const lines = (count: number) => Array.from({ length: count }, (_, i) => <p key={i}>Line {i + 1} of what it means.</p>)

/** One that is longer than a phone: head and feet stay, the middle scrolls. */
function Long() {
  const dialog = useUrlDialog('long')
  return (
    <>
      <Button data-opens="long" onClick={() => dialog.onOpenChange(true)}>
        Long form
      </Button>
      <Dialog {...dialog} title={`Delete ${LONG}?`} detail="By its address: reload keeps it, Back closes it.">
        <DialogForm
          onSubmit={(e) => e.preventDefault()}
          onCancel={() => dialog.onOpenChange(false)}
          submit="Delete server"
          danger
          pending={false}
          error={FAILURE}
        >
          {lines(30)}
          <Field label="Type the name to confirm" hint={LONG}>
            <Input autoComplete="off" />
          </Field>
        </DialogForm>
      </Dialog>
    </>
  )
}

function Wide() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button data-opens="wide" onClick={() => setOpen(true)}>
        Wide, without a form
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="API call" wide>
        <p>{LONG}</p>
        <DialogActions>
          <Button onClick={() => setOpen(false)}>Close it</Button>
        </DialogActions>
      </Dialog>
    </>
  )
}

function Confirm({ reason, error }: { reason?: 'required' | 'optional'; error?: boolean }) {
  const [open, setOpen] = useState(false)
  const name = `confirm${reason ? `, reason ${reason}` : ''}${error ? ', refused' : ''}`
  return (
    <>
      <Button data-opens={name} onClick={() => setOpen(true)}>
        {name}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Pause the queue mail?"
        confirm="Pause"
        onConfirm={() => setOpen(false)}
        pending={false}
        error={error ? FAILURE : null}
        {...(reason ? { reason } : {})}
      >
        <p>Jobs that run now finish. Nothing is lost; what is due waits until you resume.</p>
      </ConfirmDialog>
    </>
  )
}

/** Opened from a menu, whose item no longer exists when it closes. */
function FromMenu() {
  const dialog = useUrlDialog('menu')
  return (
    <>
      <Menu trigger={<Button data-opens-menu="menu">From a menu</Button>}>
        <MenuItem onSelect={() => dialog.onOpenChange(true)}>Rename</MenuItem>
      </Menu>
      <Dialog {...dialog} title="Rename server">
        <p>Opened by an item of a menu.</p>
      </Dialog>
    </>
  )
}

/** Its opener vanishes while it is open. */
function Vanishing() {
  const [open, setOpen] = useState(false)
  const [there, setThere] = useState(true)
  return (
    <>
      {there ? (
        <Button data-opens="vanishing" onClick={() => setOpen(true)}>
          Opener that vanishes
        </Button>
      ) : (
        <p>Its opener no longer exists.</p>
      )}
      <Dialog
        open={open}
        onOpenChange={(next) => {
          setOpen(next)
          if (!next) setThere(false)
        }}
        title="Delete server?"
      >
        <p>What opened this is deleted with it.</p>
      </Dialog>
    </>
  )
}

function Commands() {
  const [open, setOpen] = useState(false)
  const all = ['Nimbus Labs', LONG, 'Cirrus'].map((label, i) => ({
    id: label,
    group: i < 2 ? 'Organisations' : 'Others',
    label,
    detail: 'Owner',
    icon: Building2,
    run: () => setOpen(false),
  }))
  return (
    <>
      <Button data-opens="commands" onClick={() => setOpen(true)}>
        Commands
      </Button>
      <CommandBox
        open={open}
        onOpenChange={setOpen}
        title="Organisations"
        label="Search"
        placeholder="Name"
        useCommands={(text) => all.filter(({ label }) => hasWords(label, text))}
      />
    </>
  )
}

function Sheets({ side }: { side: 'left' | 'right' }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button data-opens={`sheet ${side}`} onClick={() => setOpen(true)}>
        Sheet from the {side}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} side={side} title={LONG} detail="Its past runs">
        {lines(60)}
      </Sheet>
    </>
  )
}

export const exhibit: Exhibit = {
  title: 'Dialogs and sheets',
  states: [
    { name: 'Fixed head and feet', Show: Long },
    { name: 'Wide', Show: Wide },
    { name: 'Asks', Show: () => <Confirm /> },
    { name: 'Asks for a reason', Show: () => <Confirm reason="required" /> },
    { name: 'Refused', Show: () => <Confirm reason="optional" error /> },
    { name: 'From a menu', Show: FromMenu },
    { name: 'Opener vanishes', Show: Vanishing },
    { name: 'Commands', Show: Commands },
    { name: 'Sheet, right', Show: () => <Sheets side="right" /> },
    { name: 'Sheet, left', Show: () => <Sheets side="left" /> },
  ],
}
