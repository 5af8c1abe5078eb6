import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Menu, MenuItem } from '@/components/ui/menu'
import { keepFocus } from '@/lib/focus'

let stop: () => void
beforeEach(() => {
  stop = keepFocus()
})
afterEach(() => stop())

/** A dialog behind a button and behind a menu, or open from the start as by its address. */
function Openers({ first = false, vanishes = false }: { first?: boolean; vanishes?: boolean }) {
  const [open, setOpen] = useState(first)
  const [there, setThere] = useState(true)
  const change = (next: boolean) => {
    setOpen(next)
    if (!next && vanishes) setThere(false)
  }
  return (
    <main>
      <h1>Servers</h1>
      {there ? <Button onClick={() => change(true)}>Rename</Button> : null}
      <Menu trigger={<Button>Actions</Button>}>
        <MenuItem onSelect={() => change(true)}>Rename it</MenuItem>
      </Menu>
      <Dialog open={open} onOpenChange={change} title="Rename server">
        <input aria-label="Name" />
      </Dialog>
    </main>
  )
}

/** Radix asks the browser where a menu is. */
const user = userEvent.setup({ pointerEventsCheck: 0 })
const focused = (element: HTMLElement) => waitFor(() => expect(element).toHaveFocus())

async function close() {
  expect(await screen.findByRole('dialog')).toBeInTheDocument()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
}

describe('a closed dialog gives the focus', () => {
  it('to the button that opened it', async () => {
    render(<Openers />)
    await user.click(screen.getByRole('button', { name: 'Rename' }))
    await close()
    await focused(screen.getByRole('button', { name: 'Rename' }))
  })

  it('to the button of the menu whose item opened it', async () => {
    render(<Openers />)
    await user.click(screen.getByRole('button', { name: 'Actions' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Rename it' }))
    await close()
    await focused(screen.getByRole('button', { name: 'Actions' }))
  })

  it('to the heading, where an address opened it', async () => {
    render(<Openers first />)
    await close()
    await focused(screen.getByRole('heading', { name: 'Servers' }))
  })

  it('to the heading, where what opened it no longer exists', async () => {
    render(<Openers vanishes />)
    await user.click(screen.getByRole('button', { name: 'Rename' }))
    await close()
    await focused(screen.getByRole('heading', { name: 'Servers' }))
  })
})

it('what had the focus vanishes later: the heading has it then', async () => {
  const { rerender } = render(
    <main>
      <h1>Jobs</h1>
      <button type="button">Retry</button>
    </main>,
  )
  await user.click(screen.getByRole('button', { name: 'Retry' }))
  rerender(
    <main>
      <h1>Jobs</h1>
    </main>,
  )
  await focused(screen.getByRole('heading', { name: 'Jobs' }))
})
