import { useQueryClient } from '@tanstack/react-query'
import { ok } from '@/lib/api/client'
import { dropPersonal, meQuery } from '@/lib/api/queries'
import { SESSION_LOCK } from '@/lib/api/renew'
import { enter } from '@/lib/api/session'
import type { Me } from '@/lib/api/types'
import { clearDrafts } from '@/lib/drafts'
import { oneAtATime } from '@/lib/lock'

/** The session's cookies change in one tab at a time, or a renewal's answer could undo a sign-in. */
export const alone = <T>(call: () => Parameters<typeof ok<T>>[0]) => oneAtATime(SESSION_LOCK, () => ok(call()))

/** From now on this browser acts for another person: the other tabs hear of it, and nothing of the former one stays. */
export function useEnter() {
  const client = useQueryClient()
  return (me: Me) => {
    clearDrafts(me.user.id)
    dropPersonal(client)
    enter(me.user.id)
    client.setQueryData(meQuery.queryKey, me)
  }
}
