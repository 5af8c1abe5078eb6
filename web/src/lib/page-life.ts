import { useEffect } from 'react'
import { useLocation } from 'react-router'

let page = 0

/** The page that is open, to compare with a later one. */
export const currentPage = (): number => page

/** Notes that a page is left: what it still wanted to send is then not sent. */
export function usePageLife(): void {
  const { pathname } = useLocation()
  useEffect(
    () => () => {
      page += 1
    },
    [pathname],
  )
}
