import { useQuery } from '@tanstack/react-query'
import { meQuery } from '@/lib/api/queries'
import type { Me } from '@/lib/api/types'

/** Who is signed in, on pages that nobody else reaches. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('useMe outside of the signed-in part')
  return data
}

/** Whether this person may change things. */
export const useCanWrite = () => useQuery(meQuery).data?.role !== 'readonly'
