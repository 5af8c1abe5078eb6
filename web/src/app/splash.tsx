import { BrandMark } from '@/components/brand'

/** The first moment of a visit, before it is known whose it is. */
export function Splash() {
  return (
    <div className="grid min-h-dvh place-content-center" role="status" aria-label="Loading">
      <span className="animate-shimmer">
        <BrandMark size={36} />
      </span>
    </div>
  )
}
