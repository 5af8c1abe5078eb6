import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import type { LostOrder } from '@/features/vps/use-order'

interface LostOrderAlertProps {
  lost: LostOrder
  pending: boolean
  onAskAgain: () => void
}

/** What is known of an order whose answer was lost, and the way to learn the rest. */
export function LostOrderAlert({ lost, pending, onAskAgain }: LostOrderAlertProps) {
  const name = <strong className="wrap-anywhere">{lost.body.label}</strong>
  return (
    <Alert
      tone="warning"
      title={lost.placed ? 'Your first order was placed' : 'The answer to your order was lost'}
      live
      action={
        <Button size="sm" pending={pending} onClick={onAskAgain}>
          {lost.placed ? 'Open that server' : 'Ask again'}
        </Button>
      }
    >
      {lost.placed ? (
        <p>The order of {name} had arrived before you changed the form. Nothing more was ordered.</p>
      ) : (
        <p>The order of {name} may have been placed. Ask again as often as you like: it is never placed twice.</p>
      )}
    </Alert>
  )
}
