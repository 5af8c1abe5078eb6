import { FactorChoice, type Shown } from '@/features/auth/components/factor-choice'
import { useAnswer } from '@/features/auth/api/mutations'
import { Button } from '@/components/ui/button'
import { Alert } from '@/components/ui/alert'
import type { Challenge } from '@/lib/api/types'
import { toProblem } from '@/lib/api/problem'
import { hasPasskeys } from '@/lib/passkeys'
import { useTitle } from '@/lib/use-title'

interface SecondFactorProps {
  challenge: Challenge
  /** The challenge is over, or the person would rather begin again. */
  onBack: () => void
}

/** The password was right, or another site named the person: what else shows that it is them. */
export function SecondFactor({ challenge, onBack }: SecondFactorProps) {
  useTitle('Second factor')
  const answer = useAnswer()
  const show = async (shown: Shown) => {
    try {
      await answer.mutateAsync({ challenge: challenge.id, shown })
    } catch (error) {
      if (toProblem(error).code === 'challenge_over') onBack()
      throw error
    }
  }
  const open = challenge.kinds.some((kind) => kind !== 'passkey' || hasPasskeys())
  return (
    <div className="grid gap-5">
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold tracking-tight">Second factor</h1>
        <p className="text-muted">One more step: show that it is really you.</p>
      </div>
      {open ? (
        <FactorChoice kinds={challenge.kinds} onShow={show} submit="Sign in" />
      ) : (
        <Alert tone="warning" title="No way is open here" live>
          Your passkeys were made for another address or can’t be used in this browser, and no recovery code is left.
          Use the browser and the address that you added them with, or ask support to reset your second factors.
        </Alert>
      )}
      <Button variant="ghost" size="sm" className="-ml-2.5 justify-self-start" onClick={onBack}>
        Start again
      </Button>
    </div>
  )
}
