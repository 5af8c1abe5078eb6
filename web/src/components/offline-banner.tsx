import { WifiOff } from 'lucide-react'
import { Banner } from '@/components/ui/banner'
import { useOnline } from '@/lib/online'

/** Says at once that nothing can be sent, and that nothing will be sent later. */
export function OfflineBanner() {
  if (useOnline()) return null
  return (
    <Banner tone="warning" icon={<WifiOff aria-hidden className="size-4 shrink-0" />}>
      You are offline. What you see may be out of date, and nothing can be changed until you are connected again.
    </Banner>
  )
}
