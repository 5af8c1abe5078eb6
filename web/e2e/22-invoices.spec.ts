import { readFile } from 'node:fs/promises'
import type { Customer, Invoice } from '@/lib/api/types'
import { adminApi, expect, giveCredit, json, register, test, unique } from './support'

test('a customer reads a receipt, takes it away, and proves the ledger in the browser', async ({ page }) => {
  const organisation = unique('Receipts')
  await register(page, `${unique('ada')}@customer.example`, organisation)
  const admin = await adminApi()
  const { items } = await json<{ items: Customer[] }>(
    await admin.get('/api/admin/customers', { params: { q: organisation } }),
  )
  const org = items[0]?.org_id ?? ''
  await giveCredit(admin, organisation, '25.000000')
  await json(await admin.post('/api/admin/schedules/invoice.issue/run', { data: { reason: 'a story' } }))
  const receipts = async () =>
    (await json<{ items: Invoice[] }>(await admin.get('/api/admin/billing/invoices', { params: { org } }))).items
  await expect.poll(async () => (await receipts())[0]?.formats, { timeout: 30_000 }).toContain('pdf')
  const number = (await receipts())[0]?.number ?? ''

  await page.goto(`/o/${org}/wallet`)
  await page.getByRole('link', { name: 'Invoices' }).click()
  await page.getByRole('link', { name: number }).click()
  await expect(page.getByRole('heading', { name: `Receipt ${number}` })).toBeVisible()
  await expect(page.getByText('Credit to the balance')).toBeVisible()
  const pdf = page.waitForEvent('download')
  await page.getByRole('button', { name: 'PDF' }).click()
  expect((await readFile(await (await pdf).path())).subarray(0, 8).toString()).toBe('%PDF-1.7')
  const head = (await page.locator('code').last().textContent()) ?? ''

  await page.goto(`/o/${org}/wallet`)
  const ledger = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Ledger with proofs' }).click()
  const text = await readFile(await (await ledger).path(), 'utf8')
  const check = async (name: string, content: string, held: string) => {
    await page.goto('/verify-ledger')
    await page.getByLabel('Heads of documents').fill(held)
    await page
      .getByLabel('Ledger with proofs')
      .setInputFiles({ name, mimeType: 'application/x-ndjson', buffer: Buffer.from(content) })
  }
  await check('ledger.ndjson', text, head)
  await expect(page.getByText(/entries are right/)).toBeVisible()
  await check('spoilt.ndjson', text.replace('25000000 25000000', '26000000 26000000'), '')
  await expect(page.getByText('This ledger is not right')).toBeVisible()
})
