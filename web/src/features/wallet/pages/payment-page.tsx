import { useQuery } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { CopyText } from '@/components/copy-text'
import { At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { Page } from '@/components/page'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryPage } from '@/components/query-page'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { paymentQuery, useCancelPayment, useReturnFromPayment } from '@/features/wallet/api/payments'
import { leaveFor, paymentWords } from '@/features/wallet/payment-words'
import type { Payment } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { useMay, useOrg, useOrgPath } from '@/lib/use-org'

/** One payment, live: from being prepared until it is decided, and what became of it later. */
export function PaymentPage() {
  const { id = '' } = useParams()
  const at = useOrgPath()
  const query = useQuery(paymentQuery(useOrg().id, id))
  return (
    <QueryPage query={query} title="Payment" back={{ to: at('/wallet'), label: 'Wallet' }}>
      {(payment) => <PaymentView payment={payment} />}
    </QueryPage>
  )
}

/** PayPal leads back here. What it wrote into the address is not read: the server asks it. */
export function PaymentReturnPage() {
  return <BackFrom say={useReturnFromPayment(useOrg().id)} />
}

/** And here who left without paying. */
export function PaymentCancelPage() {
  return <BackFrom say={useCancelPayment(useOrg().id)} />
}

function BackFrom({ say }: { say: ReturnType<typeof useReturnFromPayment> }) {
  const { id = '' } = useParams()
  const at = useOrgPath()
  const navigate = useNavigate()
  const said = useRef(false)
  const { mutate } = say
  useEffect(() => {
    if (said.current) return
    said.current = true
    mutate(id, { onSettled: () => void navigate(at(`/wallet/payments/${id}`), { replace: true }) })
  }, [mutate, id, at, navigate])
  return (
    <Page title="Payment" back={{ to: at('/wallet'), label: 'Wallet' }}>
      <Alert tone="info" title="Asking PayPal how your payment stands" live />
    </Page>
  )
}

function PaymentView({ payment }: { payment: Payment }) {
  const words = paymentWords(payment)
  const at = useOrgPath()
  const url = leaveFor(payment.approve_url)
  useLeave(payment, url)
  return (
    <Page
      title="Payment"
      back={{ to: at('/wallet'), label: 'Wallet' }}
      detail={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Money value={payment.amount} />
          <CopyText text={payment.id} what="payment ID" wrap className="text-xs" />
        </span>
      }
    >
      <Alert
        tone={words.tone === 'neutral' ? 'info' : words.tone}
        title={words.title}
        live
        action={<Next payment={payment} url={url} />}
      >
        {words.detail}
        {payment.state === 'declined' && url ? ' Approve it again with another card or account.' : null}
        {payment.state === 'declined' && !url ? ' You may begin another payment.' : null}
      </Alert>
      {payment.test ? (
        <Alert tone="info" title="This is a test">
          PayPal is simulated here: no money moves.
        </Alert>
      ) : null}
      {payment.disputed ? (
        <Alert tone="warning" title="This payment is disputed">
          What is left of it is set aside until that ends. If you did not mean to dispute it, close the dispute at
          PayPal.
        </Alert>
      ) : null}
      <Card>
        <CardBody>
          <Facts items={facts(payment)} />
        </CardBody>
      </Card>
    </Page>
  )
}

/** Sends the browser to PayPal once: where the person just asked for it, when there is somewhere to go. */
function useLeave(payment: Payment, url: string | null) {
  const { state } = useLocation() as { state: { leave?: boolean } | null }
  const left = useRef(false)
  const leave = state?.leave === true && payment.state === 'open' && url !== null
  useEffect(() => {
    if (!leave || left.current) return
    left.current = true
    // Coming back by the browser's own button does not lead away again.
    history.replaceState({ ...(history.state as object), usr: null }, '')
    location.assign(url)
  }, [leave, url])
}

function Next({ payment, url }: { payment: Payment; url: string | null }) {
  const cancel = useCancelPayment(useOrg().id)
  const may = useMay('wallet:top_up')
  const undecided = payment.state === 'open' || (payment.state === 'declined' && url !== null)
  if (!may) return null
  if (undecided && url) {
    return (
      <span className="flex flex-wrap items-center gap-2">
        <Button asChild size="sm" variant="primary">
          <a href={url}>
            <ExternalLink aria-hidden className="size-4" /> Continue to PayPal
          </a>
        </Button>
        <Button size="sm" pending={cancel.isPending} onClick={() => cancel.mutate(payment.id)}>
          Cancel payment
        </Button>
        <ProblemAlert error={cancel.error} />
      </span>
    )
  }
  if (['expired', 'cancelled', 'declined'].includes(payment.state)) {
    return (
      <Button asChild size="sm" variant="primary">
        <OrgLink to="/wallet?dialog=top-up">Begin another payment</OrgLink>
      </Button>
    )
  }
  return null
}

function facts(payment: Payment): [string, ReactNode][] {
  return [
    ['Asked for', <Money key="a" value={payment.amount} />],
    ['In the wallet', <Money key="c" value={payment.credited} />],
    ...(isPositive(payment.refunding)
      ? ([['On its way back', <Money key="w" value={payment.refunding} />]] as [string, ReactNode][])
      : []),
    ...(isPositive(payment.refunded)
      ? ([['Went back', <Money key="r" value={payment.refunded} />]] as [string, ReactNode][])
      : []),
    ...(payment.by ? ([['Begun by', payment.by]] as [string, ReactNode][]) : []),
    ['Begun', <At key="b" at={payment.created_at} />],
    payment.ended_at
      ? ['Decided', <At key="e" at={payment.ended_at} />]
      : ['Approve it until', <At key="x" at={payment.expires_at} />],
  ]
}
