import type { Browser, BrowserContext } from '@playwright/test'
import { adminApi, ensurePlan, expect, ownOrg, register, signInAsAdmin, test, unique } from './support'

type State = Awaited<ReturnType<BrowserContext['storageState']>>

/** What a first visit may cost: kB over the wire, everything counted but live events, and files apart from data. */
const LIMITS: Record<string, number> = { '/sign-in': 180 }
const MAX_KB = 300
const MAX_REQUESTS = 15
/** For how long a page must ask for nothing before it counts as loaded. */
const QUIET_MS = 700

interface Weight {
  path: string
  kB: number
  requests: number
  files: string[]
}

/** Opens a page as on a first visit of its reader, and weighs what crosses the wire until it is complete. */
async function weigh(browser: Browser, path: string, state?: State): Promise<Weight> {
  const context = await browser.newContext(state ? { storageState: state } : {})
  const page = await context.newPage()
  const wire = await context.newCDPSession(page)
  const seen = new Map<string, { path: string; bytes: number }>()
  let last = Date.now()
  wire.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { pathname, protocol } = new URL(request.url)
    if (!protocol.startsWith('http') || pathname.endsWith('/stream')) return
    seen.set(requestId, { path: pathname, bytes: 0 })
    last = Date.now()
  })
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = seen.get(requestId)
    if (!request) return
    request.bytes = encodedDataLength
    last = Date.now()
  })
  await wire.send('Network.enable')
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await page.waitForLoadState('load')
  await expect.poll(() => Date.now() - last, { timeout: 15_000 }).toBeGreaterThan(QUIET_MS)
  await context.close()
  const all = [...seen.values()]
  return {
    path,
    kB: all.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
    requests: all.length,
    files: all.map((request) => request.path).filter((name) => !name.startsWith('/api/')),
  }
}

/** The address without what differs from run to run. */
const nameOf = (path: string) => path.replace(/\?.*$/, '').replace(/org_\w+/, ':org')

const line = ({ path, kB, requests, files }: Weight) =>
  `${nameOf(path).padEnd(20)} ${kB.toFixed(1).padStart(6)} kB of ${LIMITS[path] ?? MAX_KB}, ` +
  `${requests} requests, ${files.length} of them files`

test('a first visit weighs at most 180 kB for signing in, and 300 kB for every other page', async ({ browser }) => {
  const api = await adminApi()
  const plan = await ensurePlan(api)
  await api.dispose()
  const context = await browser.newContext()
  const first = await context.newPage()
  await signInAsAdmin(first)
  const own = ['/dashboard', '/servers', `/servers/new?plan=${plan.id}`, '/wallet', '/activity']
  const org = `/o/${await ownOrg(first)}`
  const state = await context.storageState()
  await context.close()
  const admin = ['', '/servers', '/jobs', '/workers', '/schedules', '/customers', '/plans', '/clouds', '/audit'].map(
    (p) => `/admin${p}`,
  )
  const weights: Weight[] = []
  for (const path of ['/sign-in', '/register']) weights.push(await weigh(browser, path))
  for (const path of [...own.map((page) => org + page), ...admin]) weights.push(await weigh(browser, path, state))
  console.log(weights.map(line).join('\n'))
  for (const weight of weights) {
    const kB = { name: `${nameOf(weight.path)} kB`, value: weight.kB, of: `${weight.requests} requests` }
    test.info().annotations.push({ type: 'figure', description: JSON.stringify(kB) })
    expect.soft(weight.kB, line(weight)).toBeGreaterThan(100)
    expect.soft(weight.kB, line(weight)).toBeLessThanOrEqual(LIMITS[weight.path] ?? MAX_KB)
    expect.soft(weight.files.length, `${line(weight)}: ${weight.files.join(' ')}`).toBeLessThanOrEqual(MAX_REQUESTS)
    if (weight.path in LIMITS) expect.soft(weight.requests, line(weight)).toBeLessThanOrEqual(MAX_REQUESTS)
  }
})

test('a dialog about a very long name keeps its buttons, and takes a decimal comma', async ({ page, browser }) => {
  const organisation = `${unique('org')}${'w'.repeat(100)}`.slice(0, 100)
  const context = await browser.newContext()
  await register(await context.newPage(), `${unique('long')}@customer.example`, organisation)
  await context.close()
  await signInAsAdmin(page)
  await page.goto(`/admin/customers?q=${organisation}`)
  await page.getByRole('link', { name: organisation }).click()
  await page.getByRole('button', { name: 'Add credit' }).click()
  const dialog = page.getByRole('dialog')
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 700 },
  ]) {
    await page.setViewportSize(size)
    await expect(dialog.getByRole('button', { name: 'Continue' })).toBeInViewport({ ratio: 1 })
    await expect(dialog.getByRole('button', { name: 'Close' })).toBeInViewport({ ratio: 1 })
    expect(await dialog.evaluate((d) => d.scrollWidth - d.clientWidth)).toBeLessThanOrEqual(0)
  }
  await dialog.getByLabel(/^Amount in/).fill('1,250')
  await dialog.getByLabel('Reason').fill('By bank')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByText('Is this 1250 or 1.2500? Type one of the two.')).toBeVisible()
  await dialog.getByLabel(/^Amount in/).fill('12,50')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  // What it means, on a phone: as before, nothing is wider than the window and no button is out of sight.
  await expect(dialog.getByRole('button', { name: 'Add credit' })).toBeInViewport({ ratio: 1 })
  expect(await dialog.evaluate((d) => d.scrollWidth - d.clientWidth)).toBeLessThanOrEqual(0)
  await dialog.getByRole('button', { name: 'Add credit' }).click()
  await page.getByRole('tab', { name: 'Money' }).click()
  await expect(page.getByRole('region', { name: 'Statement' }).getByText('+$12.50')).toBeVisible()
})
