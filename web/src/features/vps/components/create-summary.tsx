import { useQuery } from '@tanstack/react-query'
import { Code } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Link } from 'react-router'
import { CodeBlock } from '@/components/code-block'
import { Money } from '@/components/money'
import { ProblemAlert } from '@/components/problem-alert'
import { Alert } from '@/components/ui/alert'
import { Skeleton } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Sheet } from '@/components/ui/dialog'
import { imagesQuery, planQuoteQuery, regionsQuery } from '@/features/vps/api/queries'
import type { CreateForm } from '@/features/vps/schemas'
import type { Problem } from '@/lib/api/problem'
import { plansQuery } from '@/lib/api/queries'
import type { PlanQuote } from '@/lib/api/types'
import { formatMoney, isPositive } from '@/lib/money'
import { formatSpan } from '@/lib/time'
import { useConfig } from '@/lib/use-title'
import { useUrlDialog } from '@/lib/use-url'

/** What is chosen, what it costs, and the button. The figures are the server's quote. */
export function CreateSummary({ problem, pending }: { problem: Problem | null; pending: boolean }) {
  const { control } = useFormContext<CreateForm>()
  const [planId, regionId, imageId, label] = useWatch({ control, name: ['plan_id', 'region', 'image', 'label'] })
  const plan = useQuery(plansQuery).data?.items.find((p) => p.id === planId)
  const region = useQuery(regionsQuery(planId)).data?.items.find((r) => r.id === regionId)
  const image = useQuery(imagesQuery(planId)).data?.items.find((i) => i.id === imageId)
  const rows: [string, string | undefined][] = [
    ['Plan', plan?.name],
    ['Image', image?.label],
    ['Region', region?.label],
    ['Name', label.trim()],
  ]
  return (
    <Card aria-labelledby="summary" className="lg:sticky lg:top-20">
      <h2 id="summary" className="border-b px-5 py-3 text-sm font-semibold">
        Summary
      </h2>
      <div className="grid gap-4 p-5">
        <dl className="grid gap-1.5">
          {rows.map(([name, value]) => (
            <div key={name} className="flex justify-between gap-4">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 truncate text-right font-medium" title={value}>
                {value ? value : <span className="font-normal text-muted">Not chosen</span>}
              </dd>
            </div>
          ))}
        </dl>
        {planId ? <Quote planId={planId} /> : null}
        <ProblemAlert error={problem}>{problem?.status === 402 ? <FundsAdvice /> : null}</ProblemAlert>
        <Button type="submit" variant="primary" size="lg" pending={pending} className="w-full">
          Create server
        </Button>
        <ApiCall />
      </div>
    </Card>
  )
}

function Quote({ planId }: { planId: string }) {
  const { data, isError, refetch } = useQuery(planQuoteQuery(planId))
  if (isError && !data) {
    return (
      <Alert
        tone="warning"
        title="The price did not come"
        action={
          <Button size="sm" onClick={() => void refetch()}>
            Retry
          </Button>
        }
      >
        You are not charged before you see it.
      </Alert>
    )
  }
  if (!data) return <Skeleton className="h-40 w-full rounded-md" />
  return (
    <div className="grid gap-3 border-t pt-4" aria-live="polite">
      <div>
        <p className="num text-2xl font-semibold tracking-tight">
          {formatMoney(data.price.monthly)}
          <span className="text-sm font-normal text-muted"> per month</span>
        </p>
        <p className="num text-[13px] text-muted">
          {formatMoney(data.price.hourly, { digits: 'exact' })} per hour; a month counts {data.price.hours_per_month}{' '}
          hours
        </p>
      </div>
      <dl className="grid gap-1.5">
        <Row name="Held now (first hour)">
          <Money value={data.held_now} digits="exact" />
        </Row>
        <Row name="Balance after">
          <Money value={data.balance_after} digits="exact" />
        </Row>
        <Row name="Then lasts">{data.runway_after_s == null ? '—' : formatSpan(data.runway_after_s)}</Row>
      </dl>
      <Shortage quote={data} />
    </div>
  )
}

const Row = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex justify-between gap-4">
    <dt className="text-muted">{name}</dt>
    <dd className="num font-medium">{children}</dd>
  </div>
)

function Shortage({ quote }: { quote: PlanQuote }) {
  if (isPositive(quote.owed)) {
    return (
      <Alert tone="warning" title="Your wallet owes money">
        <p>
          <Money value={quote.owed} digits="exact" /> is owed. New servers wait until it is settled.
        </p>
        <FundsAdvice />
      </Alert>
    )
  }
  if (quote.affordable) return null
  return (
    <Alert tone="warning" title="Not enough in your wallet">
      <p>
        Needed now: <Money value={quote.needed} digits="exact" /> · Available:{' '}
        <Money value={quote.available} digits="exact" />
      </p>
      <FundsAdvice />
    </Alert>
  )
}

function FundsAdvice() {
  const { support_email } = useConfig()
  return (
    <p className="mt-1">
      Choose a smaller plan, delete a server you no longer need, or ask{' '}
      {support_email ? (
        <a href={`mailto:${support_email}`} className="underline underline-offset-2">
          {support_email}
        </a>
      ) : (
        'support'
      )}{' '}
      for credit. See your{' '}
      <Link to="/wallet" className="underline underline-offset-2">
        wallet
      </Link>
      .
    </p>
  )
}

/** The same order by the API, without the secret. */
export function curlOf(
  form: Pick<CreateForm, 'plan_id' | 'region' | 'image' | 'label' | 'access' | 'ssh_public_key'>,
  origin: string,
): string {
  const secret =
    form.access === 'ssh' ? { ssh_public_key: form.ssh_public_key.trim() || 'ssh-ed25519 …' } : { root_password: '…' }
  const body = {
    plan_id: form.plan_id || 'plan_…',
    region: form.region || '…',
    image: form.image || '…',
    label: form.label.trim() || 'web-1',
    ...secret,
  }
  return [
    `curl -X POST ${origin}/api/vps \\`,
    `  -H "Authorization: Bearer $TOKEN" \\`,
    `  -H "Idempotency-Key: $(uuidgen)" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n')
}

function ApiCall() {
  const dialog = useUrlDialog('api')
  const { control } = useFormContext<CreateForm>()
  const values = useWatch({ control })
  const call = curlOf(
    { plan_id: '', region: '', image: '', label: '', access: 'ssh', ssh_public_key: '', ...values },
    globalThis.location.origin,
  )
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        className="justify-self-center text-muted"
        onClick={() => dialog.onOpenChange(true)}
      >
        <Code aria-hidden className="size-4" /> Same order by API
      </Button>
      <Sheet
        {...dialog}
        title="Same order by API"
        detail="Get a token from POST /api/auth/token. Keep the Idempotency-Key when you repeat a call that got no answer."
      >
        <CodeBlock label="Command" what="command" text={call} />
      </Sheet>
    </>
  )
}
