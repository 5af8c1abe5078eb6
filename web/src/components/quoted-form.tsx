import { useEffect, useRef, type ReactNode, type SubmitEvent } from 'react'
import { DialogForm } from '@/components/dialog-form'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import type { Problem } from '@/lib/api/problem'
import type { Quoted } from '@/lib/use-quoted'

interface QuotedFormProps<Values, Quote> {
  quoted: Quoted<Values, Quote>
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  onCancel: () => void
  /** The words of the button that does it. */
  submit: string
  danger?: boolean
  pending: boolean
  error: unknown
  /** What to do about the error, where the form knows it. */
  advice?: ReactNode
  /** What the server answered, with what was typed. */
  view: (quote: Quote, values: Values) => ReactNode
  /** The form's fields. */
  children: ReactNode
}

/** The form of a dialog that costs: its fields, then what it would mean, and only then the button that does it. */
export function QuotedForm<Values, Quote>({
  quoted,
  onSubmit,
  onCancel,
  submit,
  danger = false,
  pending,
  error,
  advice,
  view,
  children,
}: QuotedFormProps<Values, Quote>) {
  const { asked, asking, again, back } = quoted
  if (!asked) {
    return (
      <DialogForm
        key="what"
        onSubmit={onSubmit}
        onCancel={onCancel}
        submit="Continue"
        pending={asking}
        error={error}
        advice={advice}
      >
        {children}
      </DialogForm>
    )
  }
  return (
    <DialogForm
      // Another form, so that a key which continued does not confirm too.
      key="sure"
      onSubmit={onSubmit}
      onCancel={back}
      cancel="Back"
      submit={submit}
      danger={danger}
      pending={pending}
      error={error}
      advice={advice}
    >
      <Answer>
        {asked.quote === null ? (
          <Unanswered problem={asked.problem} asking={asking} onAgain={() => void again().catch(() => undefined)} />
        ) : (
          view(asked.quote, asked.values)
        )}
      </Answer>
    </DialogForm>
  )
}

/** It has the focus when it comes, so that it is read before the button under it is found. */
function Answer({ children }: { children: ReactNode }) {
  const region = useRef<HTMLDivElement>(null)
  useEffect(() => region.current?.focus({ preventScroll: true }), [])
  return (
    <div
      ref={region}
      tabIndex={-1}
      role="group"
      aria-label="What it means"
      className="grid grid-cols-[minmax(0,1fr)] gap-4 outline-none"
    >
      {children}
    </div>
  )
}

interface UnansweredProps {
  problem: Problem | null
  asking: boolean
  onAgain: () => void
}

function Unanswered({ problem, asking, onAgain }: UnansweredProps) {
  return (
    <Alert
      tone="warning"
      live
      title="What it would mean could not be asked"
      action={
        <Button size="sm" onClick={onAgain} pending={asking}>
          Ask again
        </Button>
      }
    >
      {problem ? <p>{problem.message}</p> : null}
      <p className="mt-1">Nothing was done. You can confirm it all the same: it is judged in the same way.</p>
    </Alert>
  )
}
