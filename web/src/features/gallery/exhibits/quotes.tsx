import { QuotedForm } from '@/components/quoted-form'
import { PriceQuoteView, QuoteView } from '@/components/quote-view'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { FAILURE } from '@/features/gallery/queries'
import { toProblem } from '@/lib/api/problem'
import type { Quote } from '@/lib/api/types'
import { useQuoted } from '@/lib/use-quoted'
import { useUrlDialog } from '@/lib/use-url'
import { usd } from '@/testing/fixtures'
import { priceQuote, quote, standing } from '@/testing/quotes'

const OWED = quote({
  lines: [
    { kind: 'topup', account: 'wallet', amount: usd('25.000000') },
    { kind: 'topup', account: 'paypal_clearing', amount: usd('-25.000000') },
    { kind: 'settlement', account: 'wallet', amount: usd('-3.120001') },
    { kind: 'settlement', account: 'receivable', amount: usd('3.120001') },
  ],
  before: standing({ balance: usd('0.000000'), owed: usd('3.120001'), runway_s: 0 }),
})
const MOVE = priceQuote()
const LARGE = priceQuote({
  servers: 12_345,
  organisations: 678,
  most: [...MOVE.most, ...MOVE.most.map((one) => ({ ...one, org_id: 'org_2', name: LONG, servers: 9_876 }))],
})

const nothing = () => undefined

const Stack = (props: { quote: Quote }) => (
  <div className="grid gap-4">
    <QuoteView {...props} />
  </div>
)

/** Its question got no answer; it does nothing. */
const Unanswered = () => (
  <QuotedForm<object, Quote>
    quoted={{
      asked: { values: {}, quote: null, problem: toProblem(FAILURE) },
      asking: false,
      send: () => Promise.resolve(),
      again: () => Promise.resolve(),
      back: nothing,
    }}
    view={(found) => <QuoteView quote={found} />}
    onSubmit={(event) => event.preventDefault()}
    onCancel={nothing}
    submit="Add credit"
    pending={false}
    error={null}
  >
    {null}
  </QuotedForm>
)

function Asking() {
  const dialog = useUrlDialog('quoted')
  const quoted = useQuoted({ ask: () => Promise.resolve(OWED), act: () => Promise.resolve(dialog.onOpenChange(false)) })
  return (
    <>
      <Button data-opens="quoted" onClick={() => dialog.onOpenChange(true)}>
        Add money
      </Button>
      <Dialog open={dialog.open} onOpenChange={dialog.onOpenChange} title="Add money">
        <QuotedForm
          quoted={quoted}
          view={(found) => <QuoteView quote={found} />}
          onSubmit={(event) => {
            event.preventDefault()
            void quoted.send({})
          }}
          onCancel={() => dialog.onOpenChange(false)}
          submit="Continue to PayPal"
          pending={false}
          error={null}
        >
          <Field label="Amount in USD">
            <Input inputMode="decimal" className="num" defaultValue="25.00" />
          </Field>
        </QuotedForm>
      </Dialog>
    </>
  )
}

export const exhibit: Exhibit = {
  title: 'Quotes: what a change means before it is done',
  states: [
    { name: 'Credit', Show: () => <Stack quote={quote()} /> },
    { name: 'A debt is paid first', Show: () => <Stack quote={OWED} /> },
    { name: 'It waits for another one', Show: () => <Stack quote={quote({ lines: [] })} /> },
    { name: 'No answer came', Show: Unanswered },
    { name: 'Another price', Show: () => <PriceQuoteView quote={LARGE} /> },
    { name: 'Another price for none', Show: () => <PriceQuoteView quote={priceQuote({ servers: 0, most: [] })} /> },
    { name: 'In a dialog', Show: Asking },
  ],
}
