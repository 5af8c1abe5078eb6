import { MutationCache, QueryClient } from '@tanstack/react-query'
import { adviceOf, toProblem, type Problem } from '@/lib/api/problem'
import { formatSpan } from '@/lib/time'
import { useToasts } from '@/stores/toasts'

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** What failed, for actions whose error has no place on the page: "Server was not rebooted". */
      toast?: string
    }
  }
}

const RETRIES = 2

/** The longest time that the server may ask for before a person is told instead of kept waiting. */
const MAX_WAIT_S = 5

/** A renewal that failed was tried several times already, and its page offers to try again. */
const isWorthAsking = (problem: Problem) =>
  problem.transient && problem.code !== 'not_renewed' && (problem.retryAfterS ?? 0) <= MAX_WAIT_S

/**
 * The one place for what every request has in common. A 401 has been renewed or has signed the reader
 * out (`lib/api/client.ts`); 403, 404 and other refusals are shown where they arose and not repeated;
 * a server that cannot answer is asked again, reads only.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => isWorthAsking(toProblem(error)) && count < RETRIES,
        retryDelay: (count, error) => (toProblem(error).retryAfterS ?? 0) * 1000 || 400 * 2 ** count,
      },
      // Never parked to be sent on reconnect: by then the person may have left, or changed their mind.
      mutations: { retry: false, networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        const title = mutation.meta?.toast
        if (!title) return
        const problem = toProblem(error)
        const words = [
          problem.message,
          adviceOf(problem),
          problem.retryAfterS === null ? null : `You can try again in ${formatSpan(problem.retryAfterS)}.`,
          problem.requestId ? `Reference ${problem.requestId}.` : null,
        ]
        useToasts.getState().push({ tone: 'danger', title, detail: words.filter(Boolean).join(' ') })
      },
    }),
  })
}
