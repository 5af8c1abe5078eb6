import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { toProblem, type Problem } from '@/lib/api/problem'
import { CEREMONY_STOPPED } from '@/lib/passkeys'

interface PasskeyButtonProps {
  onShow: () => Promise<unknown>
  variant?: 'primary' | 'secondary'
  label?: string
}

/** Opens the browser's own window for passkeys. */
export function PasskeyButton({ onShow, variant = 'primary', label = 'Use a passkey' }: PasskeyButtonProps) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [pending, setPending] = useState(false)
  const show = async () => {
    setProblem(null)
    setPending(true)
    try {
      await onShow()
    } catch (error) {
      const refused = toProblem(error)
      if (refused.code !== CEREMONY_STOPPED) setProblem(refused)
    }
    setPending(false)
  }
  return (
    <div className="grid gap-3">
      <ProblemAlert error={problem} />
      <Button variant={variant} size="lg" pending={pending} onClick={() => void show()}>
        <KeyRound aria-hidden className="size-4" />
        {label}
      </Button>
    </div>
  )
}
