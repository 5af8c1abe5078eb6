// PayPal's own server library (npm @paypal/paypal-server-sdk) against our simulated PayPal, through the life of one
// payment. Its hosts are fixed, so an agent leads its connections to a port of this computer instead.
// node sdk.mjs PORT CLIENT_ID CLIENT_SECRET        (ends in SDK OK, or says what it would not take)
import { Agent } from 'node:https'
import { connect } from 'node:net'
import * as sdk from '@paypal/paypal-server-sdk'

const HOST = 'api-m.sandbox.paypal.com'
const PANEL = 'https://panel.example'
const PAID = { currencyCode: 'USD', value: '19.90' }
const BACK = { currencyCode: 'USD', value: '5.05' }

/** Connects to the simulator, which speaks no TLS, whenever the sandbox is asked for; to nothing else. */
class Simulated extends Agent {
  constructor(port) {
    super({ keepAlive: false })
    this.port = port
  }

  createConnection({ host }) {
    if (host !== HOST) throw new Error(`the library wanted to speak to ${host}`)
    return connect(this.port, '127.0.0.1')
  }
}

function library(port, oAuthClientId, oAuthClientSecret) {
  return new sdk.Client({
    environment: sdk.Environment.Sandbox,
    clientCredentialsAuthCredentials: { oAuthClientId, oAuthClientSecret },
    httpClientOptions: { httpsAgent: new Simulated(port), timeout: 20_000 },
    unstable_httpClientOptions: { proxy: false },
  })
}

async function main(port, id, secret) {
  const client = library(port, id, secret)
  const [orders, payments] = [new sdk.OrdersController(client), new sdk.PaymentsController(client)]

  const asked = {
    prefer: 'return=representation',
    paypalRequestId: 'judge-order',
    body: {
      intent: sdk.CheckoutPaymentIntent.Capture,
      purchaseUnits: [{ amount: PAID, customId: 'judge-custom', invoiceId: 'judge-invoice', description: 'Credit' }],
      paymentSource: { paypal: { experienceContext: { returnUrl: `${PANEL}/return`, cancelUrl: `${PANEL}/cancel` } } },
    },
  }
  const { result: order } = await orders.createOrder(asked)
  const again = await orders.createOrder(asked)
  equal('the same request gives the same order', again.result.id, order.id)
  equal('a new order', [order.status, order.purchaseUnits[0].amount], ['PAYER_ACTION_REQUIRED', PAID])
  await refused('money before the approval', 422, 'ORDER_NOT_APPROVED', () =>
    orders.captureOrder({ id: order.id, paypalRequestId: 'judge-early', body: {} }),
  )

  await approve(port, order.links.find((link) => link.rel === 'payer-action').href, order.id)
  const { result: approved } = await orders.getOrder({ id: order.id })
  equal('an approved order', [approved.status, approved.purchaseUnits[0].customId], ['APPROVED', 'judge-custom'])

  const taking = { id: order.id, paypalRequestId: 'judge-capture', prefer: 'return=representation', body: {} }
  const { result: taken } = await orders.captureOrder(taking)
  const [capture] = taken.purchaseUnits[0].payments.captures
  equal('a captured order', [taken.status, capture.status, capture.amount], ['COMPLETED', 'COMPLETED', PAID])
  const parts = capture.sellerReceivableBreakdown
  equal('gross is net and fee', cents(parts.netAmount) + cents(parts.paypalFee), cents(parts.grossAmount))
  const { result: repeated } = await orders.captureOrder(taking)
  const ids = repeated.purchaseUnits[0].payments.captures.map((one) => one.id)
  equal('the same request takes nothing twice', ids, [capture.id])
  const { result: alone } = await payments.getCapturedPayment({ captureId: capture.id })
  equal('the capture alone', [alone.id, alone.status, alone.customId], [capture.id, 'COMPLETED', 'judge-custom'])

  const giving = {
    captureId: capture.id,
    paypalRequestId: 'judge-refund',
    prefer: 'return=representation',
    body: { amount: BACK, customId: 'judge-refund', invoiceId: 'judge-refund', noteToPayer: 'A part' },
  }
  const { result: given } = await payments.refundCapturedPayment(giving)
  equal('a refund', [given.status, given.amount], ['COMPLETED', BACK])
  const { result: known } = await payments.getRefund({ refundId: given.id })
  equal('the refund alone', [known.id, known.status, known.amount], [given.id, 'COMPLETED', BACK])
  const { result: left } = await payments.getCapturedPayment({ captureId: capture.id })
  equal('the capture after it', left.status, 'PARTIALLY_REFUNDED')
  await refused('more than is left', 422, 'REFUND_AMOUNT_EXCEEDED', () =>
    payments.refundCapturedPayment({ ...giving, paypalRequestId: 'judge-more', body: { amount: PAID } }),
  )
  await refused('an order of nobody', 404, 'RESOURCE_NOT_FOUND', () => orders.getOrder({ id: '5O190127TN364715T' }))
  const stranger = new sdk.OrdersController(library(port, id, `${secret}-wrong`))
  await refused('a wrong secret', 401, '', () => stranger.getOrder({ id: order.id }))
  console.log('SDK OK')
}

/** The payer, on the page that the order leads to. */
async function approve(port, href, token) {
  const page = new URL(href)
  const address = `http://127.0.0.1:${port}${page.pathname}`
  const shown = await fetch(`${address}${page.search}`)
  equal('the page that asks', [shown.status, (await shown.text()).includes(PAID.value)], [200, true])
  const body = new URLSearchParams({ token, choice: 'pay' })
  const decided = await fetch(address, { method: 'POST', redirect: 'manual', body })
  const back = decided.headers.get('location') ?? ''
  equal('where the payer goes then', back.startsWith(`${PANEL}/return`), true)
}

function cents(amount) {
  return Math.round(Number(amount.value) * 100)
}

function equal(what, seen, wanted) {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`${what}: ${one}, not ${other}`)
  console.log(what)
}

async function refused(what, status, issue, act) {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof sdk.ApiError) && error.constructor.name !== 'OAuthProviderError') throw error
    const said = typeof error.body === 'string' ? error.body : JSON.stringify(error.body ?? error.result)
    if (error.statusCode !== status || !said.includes(issue)) throw new Error(`${what}: ${error.statusCode} ${said}`)
    console.log('refused', what)
    return
  }
  throw new Error(`${what} was not refused`)
}

main(Number(process.argv[2]), process.argv[3], process.argv[4]).catch((error) => {
  console.error(`${error.name}: ${error.message}`)
  process.exitCode = 1
})
