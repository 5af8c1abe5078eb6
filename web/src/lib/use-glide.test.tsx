import { render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useGlide } from '@/lib/use-glide'

const ROW_PX = 50
const glided: [string, unknown][] = []

function List({ keys }: { keys: string[] }) {
  const host = useGlide<HTMLUListElement>(keys)
  return (
    <ul ref={host}>
      {keys.map((key) => (
        <li key={key}>{key}</li>
      ))}
    </ul>
  )
}

beforeEach(() => {
  glided.length = 0
  vi.spyOn(HTMLElement.prototype, 'offsetTop', 'get').mockImplementation(function (this: HTMLElement) {
    return Array.from(this.parentElement?.children ?? []).indexOf(this) * ROW_PX
  })
  HTMLElement.prototype.animate = function (this: HTMLElement, frames) {
    glided.push([this.textContent, (frames as Keyframe[])[0]?.transform])
    return new EventTarget() as Animation
  }
})
afterEach(() => {
  vi.restoreAllMocks()
  Reflect.deleteProperty(HTMLElement.prototype, 'animate')
})

it('moves what was pushed aside, from where it was', () => {
  const { rerender } = render(<List keys={['a', 'b']} />)
  expect(glided).toEqual([])
  rerender(<List keys={['new', 'a', 'b']} />)
  expect(glided).toEqual([
    ['a', 'translateY(-50px)'],
    ['b', 'translateY(-50px)'],
  ])
  glided.length = 0
  rerender(<List keys={['new', 'a', 'b']} />)
  expect(glided).toEqual([])
})

it('does not fly rows across a list that was sorted', () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  const { rerender } = render(<List keys={keys} />)
  rerender(<List keys={['f', 'a', 'b', 'c', 'd', 'e']} />)
  expect(glided.map(([key]) => key)).toEqual(['a', 'b', 'c', 'd', 'e'])
})
