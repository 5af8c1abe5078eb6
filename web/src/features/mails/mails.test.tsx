import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { MailsPage } from '@/features/mails/pages/mails-page'
import { admin } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const mail = (kind: string, subject: string) => ({ kind, subject, when: `To a person: ${kind}.` })
const sample = (kind: string, subject: string) => ({
  ...mail(kind, subject),
  text: `Hello,\n\nthis is ${kind}.`,
  html: `<!doctype html><body style="color:#112233"><p style="margin:0 0 14px">this is ${kind}</p></body>`,
})

const show = (at = '/admin/mails') => {
  const server = stubApi({
    'GET /api/admin/mails': { items: [mail('welcome', 'Welcome to Nimbus'), mail('test', 'A test mail')] },
    'GET /api/admin/mails/{kind}': ({ path }: { path: string }) =>
      path.endsWith('/test') ? sample('test', 'A test mail') : sample('welcome', 'Welcome to Nimbus'),
  })
  return { server, ...renderPage(<MailsPage />, { path: '/admin/mails', at, me: admin }) }
}

it('shows the first mail in a frame in which nothing runs, and no style stands in its text', async () => {
  show()
  const frame = await screen.findByTitle<HTMLIFrameElement>('Welcome to Nimbus')
  expect(frame.getAttribute('sandbox')).toBe('allow-same-origin')
  expect(frame.srcdoc).toContain('data-style="margin:0 0 14px"')
  expect(frame.srcdoc).not.toContain(' style="')
})

it('has the kind in its address, and the text beside the HTML', async () => {
  const { user, router } = show()
  await user.click(await screen.findByRole('link', { name: /A test mail/ }))
  expect(router.state.location.search).toBe('?kind=test')
  expect(await screen.findByTitle('A test mail')).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Text' }))
  expect(await screen.findByLabelText('The mail as text')).toHaveTextContent('this is test.')
})
