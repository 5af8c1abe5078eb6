import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { AddCredit } from '@/components/add-credit'
import { Balance } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { WhoMay } from '@/components/who-may'
import type { Wallet } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { isPositive } from '@/lib/money'
import { useMay } from '@/lib/use-org'

/** What to do first, second, third, for an organisation without a server. Only the next step has a button. */
export function FirstSteps({ wallet }: { wallet: Wallet }) {
  const mayCreate = useMay('vps:create')
  const funded = isPositive(wallet.balance) && !isPositive(wallet.owed)
  return (
    <Card aria-labelledby="first-steps">
      <CardHeader id="first-steps" title="Three steps to your first server" />
      <ol className="divide-y">
        <Step n={1} title="Add credit" done={funded} next={!funded} action={<AddCredit />}>
          {funded ? (
            <>
              Your balance is <Balance of={wallet} className="font-medium" />.
            </>
          ) : (
            'Servers are paid from your wallet, by the hour. The first hour is held when you create one.'
          )}
        </Step>
        <Step
          n={2}
          title="Create a server"
          next={funded}
          action={
            mayCreate ? (
              <Button asChild size="sm" variant="primary">
                <OrgLink to="/servers/new">Create server</OrgLink>
              </Button>
            ) : (
              <WhoMay perm="vps:create" what="create servers" brief />
            )
          }
        >
          Choose a plan, an operating system and a region. You can delete it at any time.
        </Step>
        <Step n={3} title="Connect by SSH">
          The server’s page has the line to copy, such as{' '}
          <code className="rounded-sm bg-surface-2 px-1 font-mono text-xs whitespace-nowrap">ssh root@203.0.113.7</code>
          .
        </Step>
      </ol>
    </Card>
  )
}

interface StepProps {
  n: number
  title: string
  done?: boolean
  /** It is what to do now. */
  next?: boolean
  action?: ReactNode
  children: ReactNode
}

function Step({ n, title, done = false, next = false, action, children }: StepProps) {
  return (
    <li
      className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-4 sm:px-5"
      aria-current={next ? 'step' : undefined}
    >
      <span
        aria-hidden
        className={cn(
          'num grid size-6 shrink-0 place-items-center rounded-full border text-[13px] font-medium',
          done && 'border-transparent bg-success-soft text-success',
          next && 'border-transparent bg-primary text-on-primary',
          !done && !next && 'text-muted',
        )}
      >
        {done ? <Check className="size-4" /> : n}
      </span>
      <div className="min-w-0 flex-1 basis-56">
        <h3 className="text-sm font-medium">
          {title}
          {done ? <span className="sr-only">, done</span> : null}
        </h3>
        <p className="mt-0.5 text-[13px] text-muted">{children}</p>
      </div>
      {next ? action : null}
    </li>
  )
}
