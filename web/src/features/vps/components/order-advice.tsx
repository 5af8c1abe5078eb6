import { Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { FundsAdvice } from '@/features/vps/components/funds-advice'
import type { Problem } from '@/lib/api/problem'
import { useMay } from '@/lib/use-org'

/** What to do about an order that is not paid: where it goes beyond a limit of one's own, or funds are short. */
export function OrderAdvice({ problem }: { problem: Problem }) {
  if (problem.code === 'spend_cap_reached') return <LimitAdvice problem={problem} />
  return problem.status === 402 ? <FundsAdvice /> : null
}

/** What it would cost, and where the limit is changed. */
function LimitAdvice({ problem }: { problem: Problem }) {
  const may = useMay('billing:write')
  const [needed, limit] = [problem.money('needed'), problem.money('available')]
  return (
    <>
      {needed && limit ? (
        <p className="num mt-1">
          It would be <Money value={needed} digits="exact" className="font-semibold" />; the limit is{' '}
          <Money value={limit} digits="exact" className="font-semibold" />.
        </p>
      ) : null}
      {may ? (
        <p className="mt-1">
          <OrgLink to="/wallet?dialog=limits" className="underline underline-offset-2">
            Change the limit
          </OrgLink>
        </p>
      ) : null}
    </>
  )
}
