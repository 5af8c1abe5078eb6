import { createContext, useContext } from 'react'
import type { Me } from '@/lib/api/types'

/**
 * Who is signed in, given by the guard above all pages that ask. Not read from the query cache: at
 * sign-out that is empty a moment before the pages close.
 */
export const MeContext = createContext<Me | null>(null)

export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe outside of the signed-in part')
  return me
}
