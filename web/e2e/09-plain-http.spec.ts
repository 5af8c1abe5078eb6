import { env, expect, filledOrder, test } from './support'

/** An origin as on an office network: neither https nor this computer, so the browser trusts it less. */
const office = new URL(env.baseUrl)
office.hostname = 'panel.office.test'
test.use({
  baseURL: office.origin,
  // The browser's own line about a header that plain http does not allow.
  expected: { patterns: [/Cross-Origin-Opener-Policy header has been ignored/] },
  launchOptions: async ({ launchOptions }, provide) => {
    const args = [
      ...(launchOptions.args ?? []),
      `--host-resolver-rules=MAP ${office.hostname} ${new URL(env.baseUrl).hostname}`,
    ]
    await provide({ ...launchOptions, args })
  },
})

test('plain http copies, orders and shares its stream without what only secure origins have', async ({
  page,
  context,
}) => {
  let streams = 0
  context.on('request', (request) => {
    if (request.url().endsWith('/api/notifications/stream')) streams += 1
  })
  await page.goto('/register')
  expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator, 'randomUUID' in crypto])).toEqual([
    false,
    false,
    false,
  ])
  const label = await filledOrder(page)
  await page.getByRole('button', { name: 'Generate' }).click()
  const password = await page.getByLabel('Root password', { exact: true }).inputValue()
  await page.getByRole('button', { name: 'Copy password' }).click()
  await expect(page.getByText('Copied')).toBeAttached()
  await page.getByLabel('Server name').fill('')
  await page.keyboard.press('Control+v')
  await expect(page.getByLabel('Server name')).toHaveValue(password)
  await page.getByLabel('Server name').fill(label)
  await page.getByRole('button', { name: 'Create server' }).click()
  await expect(page.getByRole('heading', { name: label, level: 1 })).toBeVisible()
  const second = await context.newPage()
  const before = streams
  // An address of before leads on, here as everywhere.
  await second.goto('/activity')
  await expect(second.getByRole('heading', { name: 'Activity', level: 1 })).toBeVisible()
  await second.waitForTimeout(1000)
  expect(streams).toBe(before)
  // The tab that holds the stream is left, and the other one takes over at once.
  await page.goto('about:blank')
  await expect.poll(() => streams).toBe(before + 1)
})
