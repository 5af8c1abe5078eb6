import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { Link } from 'react-router'
import { useUrlDialog } from '@/lib/use-url'
import { renderPage } from '@/testing/render'

function Page() {
  const dialog = useUrlDialog('rename')
  return (
    <>
      <button type="button" onClick={() => dialog.onOpenChange(true)}>
        open
      </button>
      <button type="button" onClick={() => dialog.onOpenChange(false)}>
        close
      </button>
      <Link to="/here?dialog=rename">by link</Link>
      <p>{dialog.open ? 'is open' : 'is closed'}</p>
    </>
  )
}

describe('a dialog of the address', () => {
  it.each(['open', 'by link'])('closes to where it was opened, twice pressed or not: %s', async (how) => {
    const { user, router } = renderPage(<Page />, { path: '/here', at: '/here' })
    await router.navigate('/before')
    await router.navigate('/here?q=web')
    await user.click(screen.getByText(how))
    expect(await screen.findByText('is open')).toBeInTheDocument()
    await user.dblClick(screen.getByText('close'))
    expect(await screen.findByText('is closed')).toBeInTheDocument()
    expect(router.state.location.search).toBe('?q=web')
    await router.navigate(-1)
    await waitFor(() => expect(router.state.location.pathname).toBe('/before'))
  })

  it('closes where it is when an address brought it', async () => {
    const { user, router } = renderPage(<Page />, { path: '/here', at: '/here?dialog=rename&q=web' })
    await user.click(await screen.findByText('close'))
    expect(await screen.findByText('is closed')).toBeInTheDocument()
    expect(router.state.location.pathname + router.state.location.search).toBe('/here?q=web')
  })
})
