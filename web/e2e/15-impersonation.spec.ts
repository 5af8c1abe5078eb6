import type { AdminUserRow, Body } from '@/lib/api/types'
import { adminApi, env, expect, json, refused, signIn, test, unique } from './support'

const NAME = 'Casey Customer'

// A page that is open asks once more for what is no longer its reader's.
test.use({ expected: refused(401, 403, 404, 409) })

test('an administrator acts as a customer in all tabs, looks only, and returns', async ({ page, context }) => {
  const api = await adminApi()
  const email = `${unique('casey')}@customer.example`
  await json(
    await api.post('/api/admin/users', { data: { email, name: NAME } satisfies Body<'/api/admin/users', 'post'> }),
  )
  const found = await json<{ items: AdminUserRow[] }>(await api.get('/api/admin/users', { params: { q: email } }))
  expect(found.items).toHaveLength(1)

  await signIn(page, env.adminEmail, env.adminPassword, 'Overview')
  const other = await context.newPage()
  await other.goto('/admin/jobs')
  await expect(other.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible()

  await page.goto(`/admin/users/${found.items[0]?.id}`)
  await page.getByRole('button', { name: 'Act as this user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('A ticket about a server')
  await dialog.getByRole('button', { name: 'Act as this user' }).click()

  for (const tab of [page, other]) {
    const banner = tab.getByRole('region', { name: 'Acting as another user' })
    await expect(banner).toContainText(`you act as ${NAME}`)
    await expect(banner).toContainText('look only')
    await expect(banner).toContainText(/(30:00|29:\d\d)/)
  }
  await expect(page.getByRole('link', { name: 'Create server' })).toHaveCount(0)
  await page.goto('/admin/users')
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toHaveCount(0)

  await page.getByRole('region', { name: 'Acting as another user' }).getByRole('button', { name: 'Leave' }).click()
  for (const tab of [page, other]) {
    await expect(tab.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
    await expect(tab.getByRole('region', { name: 'Acting as another user' })).toHaveCount(0)
  }
})
