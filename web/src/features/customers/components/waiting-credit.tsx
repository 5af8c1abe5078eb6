import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { At } from '@/components/date-time'
import { Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { waitingCreditQuery } from '@/features/customers/api/queries'

/** Credit for this customer that another administrator has to approve. */
export function WaitingCredit({ org }: { org: string }) {
  const { data } = useQuery(waitingCreditQuery(org))
  return data?.items.map((request) => (
    <Alert
      key={request.id}
      tone="info"
      title="Credit waits for another administrator"
      action={
        <Button asChild size="sm">
          <Link to="/admin/credit">Decide</Link>
        </Button>
      }
    >
      <Money value={request.amount} className="font-semibold" />, asked for by {request.asked_by_name}: “
      {request.reason}
      ”. It can be approved until <At at={request.expires_at} />.
    </Alert>
  ))
}
