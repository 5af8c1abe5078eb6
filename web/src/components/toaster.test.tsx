import { act, fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Toaster } from '@/components/toaster'
import { useToasts, type Toast } from '@/stores/toasts'

beforeEach(() => {
  vi.useFakeTimers()
  useToasts.setState({ items: [] })
})
afterEach(() => vi.useRealTimers())

const show = () =>
  render(
    <MemoryRouter>
      <Toaster />
    </MemoryRouter>,
  )
const push = (toast: Omit<Toast, 'id'>) => act(() => useToasts.getState().push(toast))
const later = (ms: number) => act(() => vi.advanceTimersByTime(ms))
const running = (n: number): Omit<Toast, 'id'> => ({
  tone: 'success',
  title: `web-${n} is running`,
  about: `vps_${n}`,
  link: { to: `/servers/vps_${n}`, label: 'Open server' },
  group: { kind: 'vps.running', several: 'servers are running', to: '/servers' },
})

it('closes by itself, a failure later than a success', () => {
  show()
  push(running(1))
  push({ tone: 'danger', title: 'web-2 could not be created' })
  later(7000)
  expect(screen.queryByText('web-1 is running')).not.toBeInTheDocument()
  expect(screen.getByText('web-2 could not be created')).toBeInTheDocument()
  later(10_000)
  expect(screen.queryByText('web-2 could not be created')).not.toBeInTheDocument()
})

it('stays while it is hovered or has the focus', () => {
  show()
  push(running(1))
  const region = screen.getByRole('region', { name: 'Notifications' })
  fireEvent.pointerEnter(region)
  later(60_000)
  expect(screen.getByText('web-1 is running')).toBeInTheDocument()
  fireEvent.pointerLeave(region)
  later(7000)
  expect(screen.queryByText('web-1 is running')).not.toBeInTheDocument()
})

it('joins several of a kind, and counts a thing once', () => {
  show()
  push(running(1))
  push(running(1))
  expect(screen.getAllByText('web-1 is running')).toHaveLength(1)
  push(running(2))
  push(running(3))
  push(running(3))
  expect(screen.getByText('3 servers are running')).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Open list' })).toHaveAttribute('href', '/servers')
  expect(screen.getAllByRole('button', { name: 'Dismiss' })).toHaveLength(1)
})
