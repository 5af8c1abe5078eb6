import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Problem } from '@/lib/api/problem'

const key = (of: string) => ['gallery', of]
const never = () => new Promise<never>(() => undefined)

/** What the API says when it refuses to answer a read. */
export const FAILURE = new Problem({
  title: 'Something went wrong on our side',
  detail: 'The panel could not answer. Wait a moment, then try again.',
  status: 503,
  code: 'overloaded',
  request_id: 'req_01jd6t9w3x5k7m2q8r4v6y0z1b',
})
const refuse = () => Promise.reject(FAILURE)

/** A real query with an answer that is here already, one that never comes, and one that is refused. */
export const useAnswer = <T>(of: string, data: T) =>
  useQuery({ queryKey: key(of), queryFn: () => data, initialData: data, staleTime: Infinity })
export const useWaiting = <T>(of: string) => useQuery<T>({ queryKey: key(of), queryFn: never })
export const useRefused = <T>(of: string) => useQuery<T>({ queryKey: key(of), queryFn: refuse, retry: false })

interface List<T> {
  items: T[]
  next?: string | null
}
const pages = <T>(of: string, queryFn: () => Promise<List<T>>) => ({
  queryKey: key(of),
  queryFn,
  initialPageParam: '',
  getNextPageParam: (last: List<T>) => last.next ?? undefined,
  retry: false,
  staleTime: Infinity,
})
export const useList = <T>(of: string, list: List<T>) =>
  useInfiniteQuery({
    ...pages(of, () => Promise.resolve(list)),
    initialData: { pages: [list], pageParams: [''] },
  })
export const useWaitingList = <T>(of: string) => useInfiniteQuery(pages<T>(of, never))
export const useRefusedList = <T>(of: string) => useInfiniteQuery(pages<T>(of, refuse))
