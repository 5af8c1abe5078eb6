import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { Acts } from '@/components/acts'
import { AuditPage } from '@/features/audit/pages/audit-page'
import { admin, customer } from '@/testing/fixtures'
import { act, AVERY } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const ACTIVITY = 'GET /api/admin/activity'
it('tells who did what to which thing, and why', async () => {
  stubApi({
    [ACTIVITY]: {
      items: [act(), act({ id: '2', event: 'cloud.held', actor: null, reason: null, entity_type: null })],
      next: null,
    },
  })
  renderPage(<AuditPage />, { me: admin })
  const table = within(await screen.findByRole('table', { name: 'Audit' }))
  await table.findByText('“quota raised”')
  const [, first, second] = table.getAllByRole('row')
  expect(first).toHaveTextContent('“quota raised”')
  expect(within(first as HTMLElement).getAllByRole('link', { name: /Server web-1/ })[0]).toHaveAttribute(
    'href',
    '/admin/servers/vps_1',
  )
  expect(second).toHaveTextContent('SkyPanel')
})

it('keeps every filter in the address and sends it', async () => {
  const server = stubApi({
    [ACTIVITY]: { items: [act()], next: null },
    'GET /api/admin/customers': { items: [customer], next: null },
  })
  const { user, router } = renderPage(<AuditPage />, { path: '/admin/audit', me: admin })
  await user.selectOptions(await screen.findByLabelText('By'), 'administrator')
  await user.selectOptions(screen.getByLabelText('About'), 'job')
  await user.selectOptions(screen.getByLabelText('Time'), '24h')
  await user.click(screen.getByLabelText('With a reason'))
  const who = await screen.findAllByTitle('Only what Avery did')
  await user.click(who[0] as HTMLElement)
  await waitFor(() => {
    const query = server.of(ACTIVITY).at(-1)?.query
    expect(Object.fromEntries(query ?? [])).toMatchObject({
      by: 'administrator',
      event: 'job',
      reasoned: 'true',
      actor: AVERY,
    })
    expect(query?.get('since')).toMatch(/^\d{4}-/)
  })
  expect(router.state.location.search).toContain(`actor=${AVERY}`)
  await user.click(screen.getByRole('button', { name: 'Clear filters' }))
  await waitFor(() => expect(router.state.location.search).toBe(''))
})

it('leaves out what an address says and is unknown', async () => {
  const server = stubApi({ [ACTIVITY]: { items: [], next: null } })
  renderPage(<AuditPage />, { path: '/admin/audit', at: '/admin/audit?by=unknown&type=moon&actor=x', me: admin })
  expect(await screen.findByText('Nothing was done yet')).toBeInTheDocument()
  expect(Object.fromEntries(server.of(ACTIVITY)[0]?.query ?? [])).toEqual({ limit: '50' })
})

it('shows an object what was done to it, and nothing when nothing was', async () => {
  const server = stubApi({ [ACTIVITY]: { items: [act()], next: null } })
  const { client } = renderPage(<Acts type="job" id="job_1" />, { me: admin })
  const list = await screen.findByRole('listitem')
  expect(list).toHaveTextContent(/^Retried by Avery: “quota raised”, 22 Nov/)
  expect(screen.getByRole('link', { name: 'In the audit' })).toHaveAttribute(
    'href',
    '/admin/audit?type=job&object=job_1',
  )
  expect(Object.fromEntries(server.of(ACTIVITY)[0]?.query ?? [])).toMatchObject({
    entity_type: 'job',
    entity_id: 'job_1',
    by: 'administrator',
  })
  server.on(ACTIVITY, { items: [], next: null })
  await client.invalidateQueries()
  await waitFor(() => expect(screen.queryByRole('listitem')).not.toBeInTheDocument())
})
