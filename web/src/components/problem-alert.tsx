import type { ReactNode } from 'react'
import { CopyText } from '@/components/copy-text'
import { Debt, Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import { adviceOf, isForNow, toProblem } from '@/lib/api/problem'
import { formatSpan } from '@/lib/time'
import { useNow } from '@/lib/use-now'

interface ProblemAlertProps {
  error: unknown
  /** What to do next, where the page knows it. */
  children?: ReactNode
  className?: string
}

/** What happened, what to do next, and a reference to quote. Renders nothing without an error. */
export function ProblemAlert({ error, children, className }: ProblemAlertProps) {
  if (error == null) return null
  const problem = toProblem(error)
  const needed = problem.money('needed')
  const available = problem.money('available')
  const owed = problem.money('owed')
  const advice = adviceOf(problem)
  return (
    <Alert
      tone={isForNow(problem) ? 'warning' : 'danger'}
      title={problem.title}
      live
      {...(className ? { className } : {})}
    >
      <p>{problem.message}</p>
      {advice ? <p className="mt-1">{advice}</p> : null}
      {problem.code === 'insufficient_funds' && needed && available ? (
        <p className="num mt-1">
          Needed now: <Money value={needed} digits="rate" className="font-semibold" /> · Available:{' '}
          <Money value={available} digits="rate" className="font-semibold" />
        </p>
      ) : null}
      {problem.code === 'in_debt' && owed ? (
        <p className="mt-1">
          Your balance: <Debt owed={owed} className="font-semibold" />
        </p>
      ) : null}
      {problem.fields.length > 0 ? (
        <ul className="mt-1 list-disc pl-4">
          {problem.fields.map((f) => (
            <li key={f.pointer + f.detail}>{f.detail}</li>
          ))}
        </ul>
      ) : null}
      {problem.retryAfterS !== null ? <RetryAfter seconds={problem.retryAfterS} from={problem.at} /> : null}
      {children}
      {problem.requestId ? (
        <p className="mt-1.5 flex flex-wrap items-center gap-x-1.5 text-muted">
          Reference <CopyText text={problem.requestId} what="reference" wrap className="text-xs" />
        </p>
      ) : null}
    </Alert>
  )
}

/** Runs down to "now". Said once to screen readers, for the alert around it would repeat each second. */
function RetryAfter({ seconds, from }: { seconds: number; from: number }) {
  const left = Math.min(seconds, Math.ceil(seconds - (useNow() - from) / 1000))
  return (
    <p className="mt-1">
      <span aria-hidden className="num">
        {left > 0 ? `You can try again in ${formatSpan(left)}.` : 'You can try again now.'}
      </span>
      <span className="sr-only">You can try again in {formatSpan(seconds)}.</span>
    </p>
  )
}
