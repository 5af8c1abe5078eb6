import { useEffect, useState } from 'react'
import { useCreateVps, type CreateVps } from '@/features/vps/api/mutations'
import { toProblem } from '@/lib/api/problem'
import { onSession } from '@/lib/api/session'
import type { Vps } from '@/lib/api/types'
import { newId } from '@/lib/new-id'
import { useMe } from '@/lib/use-me'

/** An order whose answer was lost: it may have been placed. */
export interface LostOrder {
  user: string
  key: string
  body: CreateVps
  /** It was placed, for a changed one under its key was refused. */
  placed: boolean
}

/** Outlives the form, since a person may leave it in doubt; never stored, for it may hold a password. */
let lostOrder: LostOrder | null = null

onSession((change) => {
  if (change === 'signed-out' || change === 'changed') lostOrder = null
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
  const user = useMe().user.id
  const create = useCreateVps()
  const [key, setKey] = useState(() => (lostOrder?.user === user ? lostOrder.key : newId()))
  const [lost, setLost] = useState<LostOrder | null>(() => (lostOrder?.user === user ? lostOrder : null))
  useEffect(() => {
    lostOrder = lost
  }, [lost])

  const place = async (body: CreateVps): Promise<Vps> => {
    try {
      const { vps } = await create.mutateAsync({ body, key })
      lostOrder = null
      setLost(null)
      setKey(newId())
      return vps
    } catch (error) {
      const problem = toProblem(error)
      if (problem.code === 'idempotency_key_reused' && lost) setLost({ ...lost, placed: true })
      else if (problem.answerLost) setLost(lost ?? { user, key, body, placed: false })
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
