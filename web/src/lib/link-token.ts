import { useState } from 'react'
import { useLocation } from 'react-router'

const KEPT = 'sp.link'

/**
 * The token behind `#` of a link from a mail. No server sees that part of an address, and none is told before a person
 * presses a button: what opens every link of a mail spends nothing. It is kept in this tab while its reader signs in, and
 * leaves the address at once, so that no history and no picture of the screen has it.
 */
export function useLinkToken(): { token: string | null; forget: () => void } {
  const { hash, pathname } = useLocation()
  const key = `${KEPT}:${pathname}`
  const [token] = useState(() => {
    const shown = hash.slice(1)
    if (shown) {
      sessionStorage.setItem(key, shown)
      globalThis.history.replaceState(globalThis.history.state, '', globalThis.location.pathname)
    }
    return shown || sessionStorage.getItem(key)
  })
  return { token, forget: () => sessionStorage.removeItem(key) }
}
