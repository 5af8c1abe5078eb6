import { lazy, Suspense, useEffect, useState } from 'react'
import { onStepUp } from '@/lib/api/step-up'

const StepUpDialog = lazy(() =>
  import('@/features/auth/components/step-up-dialog').then((m) => ({ default: m.StepUpDialog })),
)

/** Asks who is there when an act wants to know it afresh; the request that asks waits for the answer. */
export function StepUp() {
  const [answer, setAnswer] = useState<((confirmed: boolean) => void) | null>(null)
  useEffect(() => onStepUp(() => new Promise<boolean>((done) => setAnswer(() => done))), [])
  if (!answer) return null
  return (
    <Suspense fallback={null}>
      <StepUpDialog
        onEnd={(confirmed) => {
          setAnswer(null)
          answer(confirmed)
        }}
      />
    </Suspense>
  )
}
