import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { FormProvider, useForm, useFormContext } from 'react-hook-form'
import { useNavigate, useSearchParams } from 'react-router'
import { Form } from '@/components/form'
import { PlanFacts } from '@/components/plan-facts'
import { QueryPanel } from '@/components/query-panel'
import { Card } from '@/components/ui/card'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Skeleton } from '@/components/ui/skeleton'
import type { CreateVps } from '@/features/vps/api/mutations'
import { planQuoteQuery, regionsQuery } from '@/features/vps/api/queries'
import { AccessFields } from '@/features/vps/components/access-fields'
import { CreateSummary } from '@/features/vps/components/create-summary'
import { ImageFields } from '@/features/vps/components/image-fields'
import { LabelField } from '@/features/vps/components/label-field'
import { LostOrderAlert } from '@/features/vps/components/lost-order'
import { RegionFields } from '@/features/vps/components/region-fields'
import { clearDraft, loadDraft, saveDraft } from '@/features/vps/create-draft'
import { createSchema, type CreateForm } from '@/features/vps/schemas'
import { useOrder } from '@/features/vps/use-order'
import { toProblem, type Problem } from '@/lib/api/problem'
import { plansQuery } from '@/lib/api/queries'
import type { Money, Vps } from '@/lib/api/types'
import { applyProblem } from '@/lib/apply-problem'
import { currentPage } from '@/lib/page-life'
import { useConfig } from '@/lib/use-config'
import { useMe } from '@/lib/use-me'
import { useOrg, useOrgPath } from '@/lib/use-org'
import { useToasts, type Toast } from '@/stores/toasts'

export function bodyOf(form: CreateForm, seen: Money | null): CreateVps {
  const { plan_id, region, image, label } = form
  const access =
    form.access === 'ssh' ? { ssh_public_key: form.ssh_public_key.trim() } : { root_password: form.root_password }
  return { plan_id, region, image, label: label.trim(), ...access, ...(seen ? { price_hourly: seen } : {}) }
}

/** A price that was agreed to after it changed, for one plan in one region. */
interface Agreed {
  plan_id: string
  region: string
  price: Money
}

/** The order of a server: choices on the left, what they cost on the right. */
export function CreateVpsForm() {
  const { min_password_length } = useConfig()
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const user = useMe().user.id
  const org = useOrg()
  const at = useOrgPath()
  const order = useOrder()
  const client = useQueryClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [agreed, setAgreed] = useState<Agreed | null>(null)
  const [defaultValues] = useState<CreateForm>(() => ({
    ...loadDraft(user, org.id),
    ...orderAgain(params),
    root_password: '',
  }))
  const form = useForm<CreateForm>({ resolver: zodResolver(createSchema(min_password_length)), defaultValues })

  useEffect(
    () => form.subscribe({ formState: { values: true }, callback: ({ values }) => saveDraft(user, org.id, values) }),
    [form, user, org.id],
  )

  /** The price of an hour on this page: that of the summary, else that of the choices. */
  const seen = ({ plan_id, region }: CreateForm): Money | null => {
    if (agreed?.plan_id === plan_id && agreed.region === region) return agreed.price
    const quoted = client.getQueryData(planQuoteQuery(org.id, plan_id, region).queryKey)
    const there = client.getQueryData(regionsQuery(org.id, plan_id).queryKey)?.items.find((r) => r.id === region)
    return (quoted ?? there)?.price.hourly ?? null
  }

  const show = async (ordering: Promise<Vps>) => {
    setProblem(null)
    const page = currentPage()
    const left = () => currentPage() !== page
    try {
      const vps = await ordering
      clearDraft(org.id)
      if (left()) useToasts.getState().push(orderedElsewhere(vps, at(`/servers/${vps.id}`)))
      else void navigate(at(`/servers/${vps.id}`), { replace: true })
    } catch (error) {
      const failed = toProblem(error)
      if (left()) {
        const title = failed.answerLost ? 'The answer to your order was lost' : 'The server was not ordered'
        useToasts.getState().push({ tone: 'danger', title, detail: failed.message })
      }
      // What is known of a lost order is said by its own alert.
      if (failed.answerLost || failed.code === 'idempotency_key_reused') return
      if (failed.code === 'price_changed') {
        const { plan_id, region } = form.getValues()
        const price = failed.money('price_now')
        setAgreed(price ? { plan_id, region, price } : null)
        void client.invalidateQueries({ queryKey: [org.id, 'plans'] })
        void client.invalidateQueries({ queryKey: [org.id, 'wallet', 'plan-quote'] })
      }
      if (failed.code === 'label_taken') {
        form.setError('label', { message: 'Another of your servers already has this name.' }, { shouldFocus: true })
        return
      }
      setProblem(applyProblem(form, error, FIELDS))
    }
  }
  const submit = form.handleSubmit((values) => show(order.place(bodyOf(values, seen(values)))))

  return (
    <FormProvider {...form}>
      <Form
        onSubmit={(e) => void submit(e)}
        // On phones the price and the button stay at the bottom: room for them below the last card.
        className="grid items-start gap-5 max-lg:pb-24 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_22rem]"
      >
        <div className="grid min-w-0 gap-4">
          <Step
            n={1}
            title="Plan"
            detail="Billed by the hour, or by the second where it says so. You can delete the server at any time."
          >
            <PlanFields />
          </Step>
          <Step n={2} title="Image">
            <ImageFields />
          </Step>
          <Step n={3} title="Region" detail="The closer to your visitors, the faster for them.">
            <RegionFields />
          </Step>
          <Step n={4} title="Access" detail="How you sign in as root.">
            <AccessFields />
          </Step>
          <Step n={5} title="Name">
            <LabelField />
          </Step>
        </div>
        <CreateSummary problem={problem} pending={order.pending}>
          {order.lost ? (
            <LostOrderAlert lost={order.lost} pending={order.pending} onAskAgain={() => void show(order.askAgain())} />
          ) : null}
        </CreateSummary>
      </Form>
    </FormProvider>
  )
}

/** What an address brings along: a plan, or all that is kept of an order that failed. */
function orderAgain(params: URLSearchParams): Partial<CreateForm> {
  const access = params.get('access')
  const kept = { plan_id: params.get('plan'), region: params.get('region'), image: params.get('image') }
  return {
    ...(Object.fromEntries(Object.entries(kept).filter(([, value]) => value)) as Partial<CreateForm>),
    ...(params.get('name') ? { label: params.get('name') ?? '' } : {}),
    ...(access === 'ssh' || access === 'password' ? { access } : {}),
  }
}

/** A customer who left the form before the answer came is not led away from where they are by then. */
const orderedElsewhere = (vps: Vps, to: string): Omit<Toast, 'id'> => ({
  tone: 'success',
  title: `${vps.label} was ordered`,
  link: { to, label: 'Open server' },
})

const FIELDS: Partial<Record<string, keyof CreateForm>> = {
  '/plan_id': 'plan_id',
  '/region': 'region',
  '/image': 'image',
  '/label': 'label',
  '/root_password': 'root_password',
  '/ssh_public_key': 'ssh_public_key',
}

function Step({ n, title, detail, children }: { n: number; title: string; detail?: string; children: ReactNode }) {
  return (
    <Card aria-labelledby={`step-${n}`} className="p-4 sm:p-5">
      <header className="mb-4 flex items-baseline gap-3">
        <span
          aria-hidden
          className="num grid size-6 shrink-0 translate-y-0.5 place-items-center rounded-full bg-surface-2 text-xs font-semibold text-muted"
        >
          {n}
        </span>
        <div>
          <h2 id={`step-${n}`} className="text-base font-semibold">
            {title}
          </h2>
          {detail ? <p className="text-[13px] text-muted">{detail}</p> : null}
        </div>
      </header>
      {children}
    </Card>
  )
}

function PlanFields() {
  const plans = useQuery(plansQuery(useOrg().id))
  const { register, formState } = useFormContext<CreateForm>()
  return (
    <QueryPanel
      query={plans}
      loading={
        <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {[0, 1, 2].map((n) => (
            <Skeleton key={n} className="h-40 rounded-md" />
          ))}
        </div>
      }
    >
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-muted">No plans are available yet. Please check back later.</p>
        ) : (
          <ChoiceGroup
            legend="Plan"
            error={formState.errors.plan_id?.message}
            // The last row is filled too, however many there are.
            className="flex flex-wrap gap-3"
          >
            {items.map((plan) => (
              <Choice key={plan.id} value={plan.id} className="grow basis-48" {...register('plan_id')}>
                <PlanFacts plan={plan} />
              </Choice>
            ))}
          </ChoiceGroup>
        )
      }
    </QueryPanel>
  )
}
