import { useQuery } from '@tanstack/react-query'
import { Check, Circle, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { setupQuery, useChangeSetup, useSample, useTestMail } from '@/features/overview/api/queries'
import type { Setup } from '@/lib/api/types'
import { cn } from '@/lib/cn'

const BACKUPS_GUIDE = 'docs/deployment.md'
const PAYMENTS_GUIDE = 'docs/payments-provider.md'

type StepName = 'cloud' | 'plans' | 'customer' | 'mail' | 'payments' | 'backups'

interface Step {
  name: StepName
  title: string
  detail: string
}

const STEPS: Step[] = [
  { name: 'cloud', title: 'Connect a cloud', detail: 'Servers are created on an account of yours at a provider.' },
  { name: 'plans', title: 'Price plans', detail: 'What customers can order: a size at its cost plus your markup.' },
  { name: 'mail', title: 'Mail works', detail: 'Customers are written to when an order fails. Send yourself a test.' },
  {
    name: 'payments',
    title: 'Take payments',
    detail: `Customers fill their wallets at PayPal. ${PAYMENTS_GUIDE} says which settings that takes.`,
  },
  {
    name: 'backups',
    title: 'Back up the database',
    detail: `It holds every cent and every server. The section “Backups” of ${BACKUPS_GUIDE} says how.`,
  },
  {
    name: 'customer',
    title: 'First customer',
    detail: 'Register one yourself in another browser, or share the address.',
  },
]

/** What is left to do before the first sale; it hides when all is done, or when an administrator says so. */
export function SetupList() {
  const { data } = useQuery(setupQuery)
  const change = useChangeSetup()
  const sample = useSample()
  if (!data || data.hidden) return null
  const done = STEPS.filter(({ name }) => data[name]).length
  if (done === STEPS.length) return null
  return (
    <Card aria-labelledby="setup">
      <CardHeader
        id="setup"
        title="Set up"
        detail={`${done} of ${STEPS.length} done`}
        action={
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label="Hide the set-up list"
            pending={change.isPending && change.variables.hidden === true}
            onClick={() => change.mutate({ hidden: true })}
          >
            <X aria-hidden className="size-4" />
          </Button>
        }
      />
      <ol>
        {STEPS.map((step) => (
          <li
            key={step.name}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-3 last:border-b-0 sm:px-5"
          >
            <Mark done={data[step.name]} />
            <span className="min-w-0 flex-1 basis-56">
              <span className={cn('block font-medium', data[step.name] && 'text-muted')}>{step.title}</span>
              {data[step.name] ? null : <span className="block text-[13px] text-muted">{step.detail}</span>}
            </span>
            {data[step.name] ? null : <Action name={step.name} setup={data} />}
          </li>
        ))}
      </ol>
      {data.sample && !data.plans ? (
        <div className="flex flex-wrap items-center justify-between gap-3 border-t bg-surface-2 px-4 py-3 sm:px-5">
          <p className="min-w-0 flex-1 basis-64 text-[13px] text-muted">
            This is a development installation: a simulated cloud is here to try everything on.
          </p>
          <Button size="sm" pending={sample.isPending} onClick={() => sample.mutate()}>
            Set up a sample
          </Button>
        </div>
      ) : null}
      <Problems errors={[change.error, sample.error]} />
    </Card>
  )
}

function Mark({ done }: { done: boolean }) {
  const Icon = done ? Check : Circle
  return (
    <>
      <Icon aria-hidden className={cn('size-4 shrink-0', done ? 'text-success' : 'text-muted')} />
      <span className="sr-only">{done ? 'Done:' : 'To do:'}</span>
    </>
  )
}

function Action({ name, setup }: { name: StepName; setup: Setup }): ReactNode {
  const change = useChangeSetup()
  const mail = useTestMail()
  const to = (path: string, label: string) => (
    <Button asChild size="sm">
      <Link to={path}>{label}</Link>
    </Button>
  )
  if (name === 'cloud') return to('/admin/clouds?dialog=connect', 'Connect cloud')
  if (name === 'plans') return setup.cloud ? to('/admin/plans?dialog=create', 'Create plan') : null
  if (name === 'customer') return to('/admin/customers', 'Open customers')
  if (name === 'payments') return null
  if (name === 'backups') {
    return (
      <Button size="sm" pending={change.isPending} onClick={() => change.mutate({ backups: true })}>
        It is backed up
      </Button>
    )
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      {mail.error ? <span className="text-[13px] text-danger">It was not sent.</span> : null}
      <Button size="sm" pending={mail.isPending || setup.mail_sending} onClick={() => mail.mutate()}>
        Send a test mail
      </Button>
    </span>
  )
}

function Problems({ errors }: { errors: unknown[] }) {
  const first = errors.find(Boolean)
  return first ? (
    <div className="border-t p-4 sm:px-5">
      <ProblemAlert error={first} />
    </div>
  ) : null
}
