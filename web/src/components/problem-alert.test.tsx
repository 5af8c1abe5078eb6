import { act, render, screen } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { ProblemAlert } from '@/components/problem-alert'
import { Problem } from '@/lib/api/problem'

const tooMany = () =>
  new Problem(
    {
      status: 429,
      code: 'too_many_open_jobs',
      title: 'Too much at once',
      detail: 'Your organisation has 200 jobs in progress.',
      request_id: 'req_1',
    },
    90,
  )

describe('a refusal for now', () => {
  it('says what to do next and runs down to the next try', () => {
    vi.useFakeTimers()
    render(<ProblemAlert error={tooMany()} />)
    const alert = screen.getByRole('alert')
    expect(alert).toHaveTextContent('Your organisation has 200 jobs in progress.')
    expect(alert).toHaveTextContent(/Activity page shows what is in progress/)
    expect(alert).toHaveTextContent('You can try again in 1 min 30 s.')
    expect(alert).toHaveClass('bg-warning-soft')
    act(() => void vi.advanceTimersByTime(60_000))
    expect(alert).toHaveTextContent('You can try again in 30 s.')
    act(() => void vi.advanceTimersByTime(31_000))
    expect(alert).toHaveTextContent('You can try again now.')
  })

  it('keeps the reader calm when the panel is behind', () => {
    render(
      <ProblemAlert
        error={new Problem({ status: 503, code: 'overloaded', title: 'Busy', detail: 'We are far behind.' })}
      />,
    )
    expect(screen.getByRole('alert')).toHaveTextContent('Running servers are not affected')
  })
})
