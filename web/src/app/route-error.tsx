import { Link, useRevalidator, useRouteError } from 'react-router'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Problem } from '@/lib/api/problem'

/** A chunk that no longer exists after an update of the panel. */
const isStaleChunk = (error: unknown) =>
  error instanceof TypeError && /dynamically imported module|module script/i.test(error.message)

/** One page failed; the frame around it remains. */
export function RouteError() {
  const error = useRouteError()
  const { revalidate, state } = useRevalidator()
  const shown = isStaleChunk(error)
    ? new Problem({
        title: 'This page could not be loaded',
        detail: 'The panel was updated or the connection was lost. Reload the page to continue.',
      })
    : error
  return (
    <div className="page-width grid max-w-2xl gap-4 p-4">
      <ProblemAlert error={shown} />
      <div className="flex gap-2">
        <Button
          variant="primary"
          pending={state === 'loading'}
          onClick={() => (isStaleChunk(error) ? globalThis.location.reload() : void revalidate())}
        >
          Retry
        </Button>
        <Button asChild>
          <Link to="/">Go to the dashboard</Link>
        </Button>
      </div>
    </div>
  )
}
