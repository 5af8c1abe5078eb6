import type { APIRequestContext, Page } from '@playwright/test'
import type { Body, Cloud } from '@/lib/api/types'
import {
  adminApi,
  ensurePlan,
  expect,
  expectAccessible,
  expectRefused,
  fillOrder,
  giveCredit,
  json,
  refused,
  register,
  resumeClouds,
  signInAsAdmin,
  sim,
  status,
  test,
  unique,
} from './support'

/** The queue of catalog syncs: no customer waits for one. */
const QUEUE = 'upkeep'
const REASON = 'Browser test'

/** The open dialog, filled with a reason and confirmed. */
async function confirm(page: Page, button: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(REASON)
  await dialog.getByRole('button', { name: button }).click()
}

async function anyCloud(api: APIRequestContext): Promise<string> {
  await ensurePlan(api)
  const { items } = await json<{ items: Cloud[] }>(await api.get('/api/admin/clouds'))
  const cloud = items.find((c) => c.status === 'valid')
  expect(cloud, 'a cloud that is connected').toBeDefined()
  return cloud?.id ?? ''
}

test.describe('a queue', () => {
  test.afterEach(async () => {
    // Whatever became of the test, the next one finds the queue running.
    const api = await adminApi()
    await api.post(`/api/admin/queues/${QUEUE}/resume`, {
      data: { reason: REASON } satisfies Body<'/api/admin/queues/{queue}/resume', 'post'>,
    })
    await api.dispose()
  })

  test('is paused, its due jobs wait, and continue when it is resumed', async ({ page }) => {
    test.setTimeout(180_000)
    const api = await adminApi()
    const cloud = await anyCloud(api)
    await signInAsAdmin(page)
    await page.goto('/admin/jobs')
    const card = page.getByRole('region', { name: `Queue ${QUEUE}` })
    const queued = card.locator('dt', { hasText: /^Queued$/ }).locator('xpath=following-sibling::dd')

    await test.step('the list comes first; the queues open, and stay so', async () => {
      await expect(page.getByRole('table', { name: 'Jobs' })).toBeInViewport()
      await expect(card).toBeHidden()
      await page.getByRole('button', { name: 'Queues', exact: true }).click()
      await expect(card).toBeVisible()
      await page.reload()
      await expect(card).toBeVisible()
    })
    await test.step('pause', async () => {
      await page.getByRole('button', { name: `Pause queue ${QUEUE}` }).click()
      await confirm(page, 'Pause queue')
      await expect(page.getByRole('dialog')).toBeHidden()
      await expect(card.getByText('Paused', { exact: true })).toBeVisible()
      await expect(card.getByText(REASON)).toBeVisible()
      await expect(card.getByText(/^Paused by /)).toBeVisible()
      await expectAccessible(page, 'jobs with a paused queue')
    })
    await test.step('what is queued grows, without a reload', async () => {
      const before = Number(await queued.innerText())
      expect((await api.post(`/api/admin/clouds/${cloud}/sync`)).ok()).toBe(true)
      await expect.poll(async () => Number(await queued.innerText()), { timeout: 30_000 }).toBeGreaterThan(before)
    })
    await test.step('the job’s page says what holds it up', async () => {
      await page.goto(`/admin/jobs?queue=${QUEUE}&state=queued`)
      await page.getByRole('table', { name: 'Jobs' }).getByRole('row').nth(1).getByRole('link').first().click()
      const why = page.getByRole('list', { name: 'Why it does not run' }).getByRole('listitem')
      await expect(why.filter({ hasText: `The queue ${QUEUE} is paused by ` })).toContainText(`“${REASON}”`)
    })
    await test.step('resume, and it runs', async () => {
      await page.getByRole('link', { name: 'Resume' }).click()
      await confirm(page, 'Resume queue')
      // Its dialog was opened by a link, and leads back to the job.
      await expect(page).toHaveURL(/\/admin\/jobs\/job_/)
      await page.goto('/admin/jobs')
      await expect(card).toBeVisible()
      await expect(card.getByText('Paused', { exact: true })).toBeHidden()
      await expect(queued).toHaveText('0', { timeout: 60_000 })
    })
    await api.dispose()
  })
})

test.describe('failed jobs', () => {
  test.afterEach(() => sim.token(true))

  test('are retried in bulk: counted, confirmed, watched', async ({ page, browser, baseURL }) => {
    test.setTimeout(240_000)
    const api = await adminApi()
    const plan = await ensurePlan(api)
    const label = unique('bulk')
    const organisation = unique('Org')
    const context = await browser.newContext(baseURL ? { baseURL } : {})
    const customer = await context.newPage()

    await test.step('an order fails', async () => {
      await register(customer, `${unique('grace')}@customer.example`, organisation)
      await giveCredit(api, organisation, '20.000000')
      await expect(customer.getByRole('link', { name: /^Wallet: \$20\.00/ })).toBeVisible()
      await sim.token(false)
      await fillOrder(customer, plan.name, label)
      await customer.getByRole('button', { name: 'Create server' }).click()
      await expectRefused(customer, api)
      await sim.token(true)
      await resumeClouds(api)
    })
    await test.step('the filter finds it, and the count is shown before anything is done', async () => {
      await signInAsAdmin(page)
      await page.goto(`/admin/jobs?state=failed&q=${label}`)
      await expect(page.getByRole('row').filter({ hasText: label })).toBeVisible()
      await expect(page.getByText('1 matches')).toBeVisible()
      await page.getByRole('checkbox', { name: 'Select all rows on this page' }).click()
      await page.getByRole('region', { name: 'Selected jobs' }).getByRole('button', { name: 'Retry…' }).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByRole('button', { name: 'Retry 1 job' })).toBeVisible()
      await expect(dialog.getByRole('list', { name: 'Some of the matching jobs' })).toContainText(label)
      await expectAccessible(page, 'bulk retry')
    })
    await test.step('it is done by a job of its own', async () => {
      await confirm(page, 'Retry 1 job')
      await expect(page.getByRole('dialog').getByText('Succeeded')).toBeVisible({ timeout: 60_000 })
      await page.getByRole('dialog').getByRole('link', { name: 'Open the job' }).click()
      await expect(page.getByRole('heading', { name: 'Bulk action', level: 1 })).toBeVisible()
      await expectAccessible(page, 'a bulk job')
    })
    await test.step('the customer’s server comes up', async () => {
      await expect(status(customer)).toHaveText('Running', { timeout: 120_000 })
    })
    await context.close()
    await api.dispose()
  })
})

test.describe('schedules', () => {
  test.use({ expected: refused(400) })

  test('run now, keep a history, and refuse what never fires', async ({ page }) => {
    test.setTimeout(180_000)
    await signInAsAdmin(page)
    await page.goto('/admin/schedules')

    await test.step('run now leads to its job', async () => {
      await page.getByRole('button', { name: 'Run platform.tidy now' }).click()
      await confirm(page, 'Run now')
      await expect(page).toHaveURL(/\/admin\/jobs\/job_/)
      await expect(status(page)).toHaveText('Succeeded', { timeout: 60_000 })
    })
    await test.step('its history says that it was run manually', async () => {
      await page.goto('/admin/schedules')
      await page.getByRole('button', { name: 'History of platform.tidy' }).click()
      const ticks = page.getByRole('dialog').getByRole('list', { name: 'Ticks' })
      await expect(ticks.getByRole('listitem').filter({ hasText: 'manual' }).first()).toContainText('Succeeded')
      await page.keyboard.press('Escape')
    })
    await test.step('an expression is previewed, and refused where it never fires', async () => {
      await page.getByRole('button', { name: 'Actions for platform.tidy' }).click()
      await page.getByRole('menuitem', { name: 'Edit…' }).click()
      const dialog = page.getByRole('dialog')
      const preview = dialog.getByRole('region', { name: 'Next ticks' })
      await dialog.getByLabel('Cron expression').fill('0 5 4 * * *')
      await expect(preview.getByText(/04:05:00 UTC/)).toHaveCount(5)
      await dialog.getByLabel('Cron expression').fill('0 0 0 30 2 *')
      await expect(preview.locator('.text-danger')).toBeVisible()
      await dialog.getByLabel('Reason').fill(REASON)
      await dialog.getByRole('button', { name: 'Save schedule' }).click()
      await expect(dialog.getByRole('alert').first()).toBeVisible()
      await expectAccessible(page, 'a refused expression')
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await expect(page.getByRole('row').filter({ hasText: 'platform.tidy' })).not.toContainText('0 0 0 30 2')
    })
    await test.step('pause and resume', async () => {
      const row = page.getByRole('row').filter({ hasText: 'platform.tidy' })
      for (const [item, button, shown] of [
        ['Pause…', 'Pause schedule', true],
        ['Resume…', 'Resume schedule', false],
      ] as const) {
        await row.getByRole('button', { name: 'Actions for platform.tidy' }).click()
        await page.getByRole('menuitem', { name: item }).click()
        await confirm(page, button)
        await expect(page.getByRole('dialog')).toBeHidden()
        await expect(row.getByText('Paused', { exact: true }).last()).toBeVisible({ visible: shown })
      }
    })
  })
})

test('a worker is made quiet and woken', async ({ page }) => {
  await signInAsAdmin(page)
  await page.goto('/admin/workers')
  const row = page.getByRole('list', { name: 'Workers' }).locator('> li').filter({ hasText: 'Running' }).first()
  const name = (await row.getAttribute('aria-label')) ?? ''
  const same = page.getByRole('listitem', { name, exact: true })
  for (const [item, button, state] of [
    ['Quiet…', 'Quiet worker', 'Quiet'],
    ['Wake…', 'Wake worker', 'Running'],
  ] as const) {
    await page.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: item }).click()
    await confirm(page, button)
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(same.getByText(state, { exact: true })).toBeVisible({ timeout: 30_000 })
  }
})
