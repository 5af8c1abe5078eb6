import { useState } from 'react'
import { toProblem, type Problem } from '@/lib/api/problem'

/** What was asked, before it is done: with the server's answer, or with why there is none. */
export interface Asked<Values, Quote> {
  values: Values
  quote: Quote | null
  problem: Problem | null
}

interface Steps<Values, Quote> {
  /** Asks what it would cost; nothing is done. */
  ask: (values: Values) => Promise<Quote>
  /** Does it. */
  act: (values: Values) => Promise<unknown>
}

export interface Quoted<Values, Quote> {
  /** What waits to be confirmed; null while the form is filled in. */
  asked: Asked<Values, Quote> | null
  asking: boolean
  /** What the form sends: first the question, and once that is answered the change. */
  send: (values: Values) => Promise<void>
  /** Asks again, when no answer came. */
  again: () => Promise<void>
  /** Back to the form. */
  back: () => void
}

/** The way to the panel failed, not what was asked for. */
const isLost = (problem: Problem) => problem.answerLost || problem.status >= 500 || problem.code === 'offline'

/**
 * A change that costs, in two steps: what it would mean, then the change itself. A question that is refused leads back
 * to the form with the reason; one that gets no answer keeps nothing from being done, and says so. A change that is
 * refused leads back too; one whose answer was lost waits where it is, to be sent again.
 */
export function useQuoted<Values, Quote>({ ask, act }: Steps<Values, Quote>): Quoted<Values, Quote> {
  const [asked, setAsked] = useState<Asked<Values, Quote> | null>(null)
  const [asking, setAsking] = useState(false)

  const question = async (values: Values) => {
    setAsking(true)
    try {
      setAsked({ values, quote: await ask(values), problem: null })
    } catch (error) {
      const problem = toProblem(error)
      if (!isLost(problem)) {
        setAsked(null)
        throw error
      }
      setAsked({ values, quote: null, problem })
    } finally {
      setAsking(false)
    }
  }

  return {
    asked,
    asking,
    send: async (values) => {
      if (!asked) return question(values)
      try {
        await act(asked.values)
      } catch (error) {
        if (!toProblem(error).transient) setAsked(null)
        throw error
      }
    },
    again: async () => {
      if (asked) await question(asked.values)
    },
    back: () => setAsked(null),
  }
}
