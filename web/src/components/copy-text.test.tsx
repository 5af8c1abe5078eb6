import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CopyText } from '@/components/copy-text'

/** What plain http off this computer leaves of a browser: no clipboard, and the former command. */
function plainHttp(command: (() => boolean) | undefined) {
  const user = userEvent.setup()
  vi.stubGlobal(
    'navigator',
    new Proxy(navigator, { get: (n, name) => (name === 'clipboard' ? undefined : (Reflect.get(n, name) as unknown)) }),
  )
  Object.assign(document, { execCommand: command })
  return user
}

afterEach(() => Object.assign(document, { execCommand: undefined }))

describe('copying over plain http', () => {
  it('works by the former command, with the whole text', async () => {
    let copied = ''
    const user = plainHttp(() => {
      const field = document.activeElement as HTMLTextAreaElement
      copied = field.value.slice(field.selectionStart, field.selectionEnd)
      return true
    })
    render(<CopyText text="203.0.113.7" what="IP address" />)
    await user.click(screen.getByRole('button'))
    expect(await screen.findByText('Copied')).toBeInTheDocument()
    expect(copied).toBe('203.0.113.7')
    expect(document.querySelector('textarea')).toBeNull()
    expect(screen.getByRole('button')).toHaveFocus()
  })

  it.each([
    ['refuses it', () => false],
    ['lacks it', undefined],
  ])('says so where the browser %s', async (_, command) => {
    const user = plainHttp(command)
    render(<CopyText text="203.0.113.7" what="IP address" />)
    await user.click(screen.getByRole('button'))
    expect(await screen.findByText('Not copied: select it by hand')).toBeVisible()
  })
})
