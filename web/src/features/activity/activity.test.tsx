import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ActivityPage } from '@/features/activity/pages/activity-page'
import { activity } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

it('tells what was done, by whom, and links to it', async () => {
  stubApi({
    'GET /api/activity': {
      items: [
        activity,
        {
          ...activity,
          id: '8',
          status: 'error',
          message: 'Server web-2 could not be created',
          actor: null,
          entity_id: 'vps_2',
        },
      ],
      next: null,
    },
  })
  renderPage(<ActivityPage />)
  expect(await screen.findByRole('link', { name: 'Server web-1 rebooted' })).toHaveAttribute(
    'href',
    '/o/org_1/servers/vps_1',
  )
  expect(screen.getByText('Server web-2 could not be created').closest('li')).toHaveTextContent(
    'Failed: Server web-2 could not be created',
  )
  expect(screen.getByText('Server web-2 could not be created').closest('li')).toHaveTextContent('System')
})

it('says that support did something in a member’s place, or to the account itself', async () => {
  const byGrace = { ...activity, actor: { id: 'user_2', name: 'Grace' } }
  stubApi({
    'GET /api/activity': {
      items: [
        { ...byGrace, id: '9', message: 'web-1 renamed', support: 'Avery Admin' },
        { ...byGrace, id: '8', message: 'Support entered', actor: null, support: 'Avery Admin' },
        { ...byGrace, id: '7', message: 'web-1 rebooted' },
      ],
      next: null,
    },
  })
  renderPage(<ActivityPage />)
  const line = async (message: string) => (await screen.findByText(message)).closest('li')
  expect(await line('web-1 renamed')).toHaveTextContent('Support (as Grace)')
  expect(await line('Support entered')).toHaveTextContent(/Support(?! \(as)/)
  expect(await line('web-1 rebooted')).not.toHaveTextContent('Support')
})

it('says when there is nothing', async () => {
  stubApi({ 'GET /api/activity': { items: [], next: null } })
  renderPage(<ActivityPage />)
  expect(await screen.findByText('No activity yet')).toBeInTheDocument()
})
