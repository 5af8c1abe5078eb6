import * as Primitive from '@radix-ui/react-dialog'
import { useEffect, useState } from 'react'
import { LONG } from '@/features/gallery/exhibit'

/** What the story `pages` must refuse: its negative controls. */
export function Spoiled() {
  return (
    <section className="gallery-exhibit" data-exhibit="spoiled" aria-label="Spoiled on purpose">
      <div style={{ width: 120, overflow: 'hidden' }}>
        <p style={{ width: 400 }}>A box that cuts its text</p>
      </div>
      <p style={{ width: 120, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{LONG}</p>
      <p style={{ width: 3000 }}>{'Wider than the window. '.repeat(40)}</p>
      <span aria-pressed="true" role="button" tabIndex={0} style={{ outline: 'none' }}>
        Chosen by its colour
      </span>
      <Losing />
      <Moving />
    </section>
  )
}

function loseFocus(event: Event) {
  event.preventDefault()
  setTimeout(() => (document.activeElement as HTMLElement | null)?.blur(), 300)
}

/** A dialog without the shared piece: it keeps no record of what opened it. */
function Losing() {
  return (
    <Primitive.Root>
      <Primitive.Trigger data-opens="spoiled">Dialog that loses the focus</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content aria-describedby={undefined} onCloseAutoFocus={loseFocus}>
          <Primitive.Title>Loses the focus</Primitive.Title>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function Moving() {
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setHeight((h) => (h + 200) % 800), 500)
    return () => clearInterval(timer)
  }, [])
  return (
    <div style={{ order: -1 }}>
      <div style={{ height }} />
      <p style={{ height: 400 }}>It moves by itself.</p>
    </div>
  )
}
