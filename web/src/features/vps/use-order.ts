import { useEffect, useState } from 'react'
import { useCreateVps, type CreateVps } from '@/features/vps/api/mutations'
import { toProblem } from '@/lib/api/problem'
import { onSession } from '@/lib/api/session'
import type { Vps } from '@/lib/api/types'
import { newId } from '@/lib/new-id'
import { useMe } from '@/lib/use-me'
import { useOrg } from '@/lib/use-org'

/** An order whose answer was lost: it may have been placed. */
export interface LostOrder {
  key: string
  body: CreateVps
  /** It was placed, for a changed one under its key was refused. */
  placed: boolean
}

/**
 * By whose it is: a person's, in an organisation. They outlive the form, since a person may leave it in doubt; never
 * stored, for they may hold a password.
 */
const lostOrders = new Map<string, LostOrder>()

onSession((change) => {
  if (change === 'signed-out' || change === 'changed') lostOrders.clear()
})

interface Order {
  /** Places the order, or asks again for the answer to the one that may have been placed. */
  place: (body: CreateVps) => Promise<Vps>
  pending: boolean
  lost: LostOrder | null
  /** Asks for the answer to the lost order. */
  askAgain: () => Promise<Vps>
}

/**
 * One intent at a time, under one key, so that a lost answer cannot order twice: the key changes only with
 * a definite answer. A form that was changed in doubt is sent under the same key too, and is refused if
 * the first order was placed after all.
 */
export function useOrder(): Order {
  const whose = `${useMe().user.id} ${useOrg().id}`
  const create = useCreateVps()
  const [key, setKey] = useState(() => lostOrders.get(whose)?.key ?? newId())
  const [lost, setLost] = useState<LostOrder | null>(() => lostOrders.get(whose) ?? null)
  useEffect(() => {
    if (lost) lostOrders.set(whose, lost)
    else lostOrders.delete(whose)
  }, [lost, whose])

  const place = async (body: CreateVps): Promise<Vps> => {
    try {
      const { vps } = await create.mutateAsync({ body, key })
      lostOrders.delete(whose)
      setLost(null)
      setKey(newId())
      return vps
    } catch (error) {
      const problem = toProblem(error)
      if (problem.code === 'idempotency_key_reused' && lost) setLost({ ...lost, placed: true })
      else if (problem.answerLost) setLost(lost ?? { key, body, placed: false })
      else if (!problem.transient) {
        setLost(null)
        setKey(newId())
      }
      throw error
    }
  }
  const askAgain = () => (lost ? place(lost.body) : Promise.reject(new Error('no order to ask for')))
  return { place, pending: create.isPending, lost, askAgain }
}
