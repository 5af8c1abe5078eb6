import { lazy, Suspense } from 'react'
import { useSearchParams } from 'react-router'
import { OUTCOME } from '@/lib/elsewhere'

// Few ever come back from another site.
const CameBack = lazy(() => import('@/app/shell/came-back').then((m) => ({ default: m.CameBack })))

/** Says what came of a way to another site, where the address has a word of it. */
export function Elsewhere() {
  const [params] = useSearchParams()
  if (!params.has(OUTCOME)) return null
  return (
    <Suspense fallback={null}>
      <CameBack />
    </Suspense>
  )
}
