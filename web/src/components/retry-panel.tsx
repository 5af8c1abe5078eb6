import { RotateCw } from 'lucide-react'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'

/** What went wrong with a part of a page, and another try. */
export function RetryPanel({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div className="grid justify-items-start gap-3 p-4">
      <ProblemAlert error={error} className="w-full" />
      <Button size="sm" onClick={onRetry}>
        <RotateCw aria-hidden className="size-4" /> Retry
      </Button>
    </div>
  )
}
