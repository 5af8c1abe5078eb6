import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { WalletPage } from '@/features/wallet/pages/wallet-page'
import { entry, usd, wallet } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const statement = (items: unknown[], next: string | null = null) => ({ items, next })

describe('wallet', () => {
  it('shows balance, runway, rate and spending', async () => {
    stubApi({ 'GET /api/wallet': wallet, 'GET /api/wallet/statement': statement([]) })
    renderPage(<WalletPage />)
    expect(await screen.findByText('$42.18')).toBeInTheDocument()
    expect(screen.getByText('17 d 13 h')).toBeInTheDocument()
    expect(screen.getByText('$0.1000')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'web-1' })).toHaveAttribute('href', '/o/org_1/servers/vps_1')
    expect(await screen.findByText('No entries yet')).toBeInTheDocument()
  })

  it('groups the statement by day and opens a charge to its hours', async () => {
    const server = stubApi({
      'GET /api/wallet': wallet,
      'GET /api/wallet/statement': statement([
        entry({ id: '3', at: '2026-11-22T12:00:00', lines: 2 }),
        entry({
          id: '2',
          at: '2026-11-21T12:00:00',
          kind: 'credit',
          description: 'Credit: welcome',
          amount: usd('50.000000'),
          lines: 0,
        }),
      ]),
      'GET /api/wallet/statement/{id}/lines': {
        items: [
          {
            vps_id: 'vps_1',
            label: 'web-1',
            hour_no: 7,
            from: '2026-11-22T11:00:00Z',
            to: '2026-11-22T12:00:00Z',
            seconds: 3600,
            amount: usd('0.019178'),
            tax: usd('0.003643'),
            tax_added: true,
          },
        ],
      },
    })
    const { user } = renderPage(<WalletPage />)
    const today = within(await screen.findByRole('rowgroup', { name: /22 November 2026/ }))
    expect(today.getByText('−$0.0192')).toBeInTheDocument()
    for (const name of ['What', 'Amount', 'Balance after'])
      expect(screen.getByRole('columnheader', { name })).toBeInTheDocument()
    const yesterday = within(screen.getByRole('rowgroup', { name: /21 November 2026/ }))
    expect(yesterday.getByText('+$50.00')).toBeInTheDocument()
    await user.click(today.getByRole('button', { expanded: false }))
    // Opened, it is exact, and what is exact can be copied.
    expect(today.getByRole('button', { name: 'Copy amount -0.019178 USD' })).toBeInTheDocument()
    expect(today.getByRole('button', { name: 'Copy balance 42.184213 USD' })).toBeInTheDocument()
    expect(await screen.findByRole('table', { name: 'Hours of Hourly usage' })).toHaveTextContent(
      /hour 7.*\$0\.0192 \+ \$0\.0036 tax/,
    )
    expect(server.of('GET /api/wallet/statement/{id}/lines')[0]?.path).toContain('/3/')
    // What is not made of hours has only its amounts to show.
    await user.click(yesterday.getByRole('button', { expanded: false }))
    expect(yesterday.getByRole('button', { name: 'Copy amount 50.000000 USD' })).toBeInTheDocument()
    expect(server.of('GET /api/wallet/statement/{id}/lines')).toHaveLength(1)
  })

  it('says until when it lasts, and what limits and notices there are', async () => {
    const limits = {
      month_cap: usd('50.000000'),
      hour_cap: null,
      spent_this_month: usd('1.000000'),
      funds_end: 'continue',
      ladder_hours: 72,
    }
    const server = stubApi({
      'GET /api/wallet': wallet,
      'GET /api/wallet/statement': statement([]),
      'GET /api/wallet/limits': limits,
      'GET /api/wallet/notices': {
        items: [{ id: 'notice_1', kind: 'runway_72', at: '2026-11-20T10:00:00Z' }],
        next: null,
      },
      'PUT /api/wallet/limits': { ...limits, hour_cap: usd('0.500000') },
    })
    const { user } = renderPage(<WalletPage />)
    expect(await screen.findByText(/after the hours that have begun/)).toHaveTextContent('$42.1650')
    expect(await screen.findByText('The wallet lasts for less than 72 hours')).toBeInTheDocument()
    expect(screen.getByText('$50.00')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Set limits' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.clear(dialog.getByLabelText('A calendar month in USD'))
    await user.type(dialog.getByLabelText('An hour of all servers in USD'), '0.5')
    await user.click(dialog.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(server.of('PUT /api/wallet/limits')).toHaveLength(1))
    expect(server.of('PUT /api/wallet/limits')[0]?.body).toEqual({ hour_cap: usd('0.500000') })
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  })

  it('says what stopped servers need, and until when they exist', async () => {
    stubApi({
      'GET /api/wallet': {
        ...wallet,
        stopped: {
          since: '2026-11-22T12:00:00Z',
          delete_at: '2026-11-25T12:00:00Z',
          deleting: false,
          needed: usd('1.250000'),
        },
      },
      'GET /api/wallet/statement': statement([]),
    })
    renderPage(<WalletPage />)
    const alert = await screen.findByText('Your servers are stopped')
    expect(alert.closest('[role=alert], [role=status], div')?.parentElement).toHaveTextContent('$1.25')
  })

  it('continues to older entries', async () => {
    const server = stubApi({
      'GET /api/wallet': wallet,
      'GET /api/wallet/statement': ({ query }: { query: URLSearchParams }) =>
        query.get('cursor')
          ? statement([entry({ id: '1', description: 'The oldest' })])
          : statement([entry({ id: '2' })], 'older'),
    })
    const { user } = renderPage(<WalletPage />)
    await user.click(await screen.findByRole('button', { name: 'Show older' }))
    expect(await screen.findByText('The oldest')).toBeInTheDocument()
    expect(server.of('GET /api/wallet/statement').at(-1)?.query.get('cursor')).toBe('older')
    expect(screen.queryByRole('button', { name: 'Show older' })).not.toBeInTheDocument()
  })

  it('says what debt means and what to do', async () => {
    stubApi({
      'GET /api/wallet': { ...wallet, balance: usd('0.000000'), owed: usd('3.120000') },
      'GET /api/wallet/statement': statement([]),
    })
    renderPage(<WalletPage />)
    const alert = within(await screen.findByRole('alert'))
    expect(alert.getByText('Your wallet is in debt')).toBeInTheDocument()
    expect(alert.getByText('−$3.12')).toBeInTheDocument()
    expect(alert.getByRole('link', { name: 'Ask for credit' })).toHaveAttribute(
      'href',
      expect.stringContaining('mailto:help@nimbus.example'),
    )
  })

  it('exports the statement as a file', async () => {
    const server = stubApi({
      'GET /api/wallet': wallet,
      'GET /api/wallet/statement': statement([entry()]),
      'GET /api/wallet/statement.csv': () => new Response('time,kind\r\n', { headers: { 'content-type': 'text/csv' } }),
    })
    const made = vi.fn<(blob: Blob) => string>(() => 'blob:made')
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: vi.fn() }))
    const { user } = renderPage(<WalletPage />)
    const choose = async (file: string) => {
      await user.click(await screen.findByRole('button', { name: 'Export' }))
      await user.click(await screen.findByRole('menuitem', { name: file }))
    }
    await choose('Statement, CSV')
    await waitFor(() => expect(made).toHaveBeenCalledOnce())
    expect(server.of('GET /api/wallet/statement.csv')).toHaveLength(1)
    server.on('GET /api/wallet/statement.csv', () => problem(503, 'unavailable'))
    await choose('Statement, CSV')
    expect(await screen.findByText(/^Not exported/)).toBeInTheDocument()
    for (const [file, kind] of [
      ['Statement, JSON lines', 'statement'],
      ['Charged hours, CSV', 'usage'],
      ['Charged hours, JSON lines', 'usage'],
    ] as const) {
      const route = `GET /api/wallet/${kind}.${file.endsWith('CSV') ? 'csv' : 'ndjson'}`
      server.on(route, () => new Response('x'))
      await choose(file)
      await waitFor(() => expect(server.of(route)).toHaveLength(1))
    }
  })

  it('keeps the statement when the figures fail', async () => {
    stubApi({ 'GET /api/wallet': () => problem(503, 'unavailable'), 'GET /api/wallet/statement': statement([entry()]) })
    renderPage(<WalletPage />)
    expect(await screen.findByText('Hourly usage')).toBeInTheDocument()
    expect(await screen.findByRole('button', { name: 'Retry' })).toBeInTheDocument()
  })
})
