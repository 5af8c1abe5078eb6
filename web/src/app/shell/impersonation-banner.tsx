import { useMutation } from '@tanstack/react-query'
import { VenetianMask } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { api } from '@/lib/api/client'
import { serverNow } from '@/lib/clock'
import { alone, useEnter } from '@/lib/use-enter'
import { useMe } from '@/lib/use-me'

/** Says on every page of a customer that an administrator sees it in their place, for how long, and how to leave. */
export function ImpersonationBanner() {
  const { user, impersonation } = useMe()
  const exit = useExit()
  const until = impersonation ? Date.parse(impersonation.until) : null
  const left = useLeft(until, exit.mutate)
  if (!impersonation) return null
  return (
    <div role="region" aria-label="Acting as another user">
      <Banner tone="warning" icon={<VenetianMask aria-hidden className="size-4 shrink-0" />}>
        <strong className="font-semibold">
          {impersonation.by.name}, you act as {user.name}
        </strong>{' '}
        ({impersonation.writes ? 'you may change things' : 'look only'}).{' '}
        <span className="num" aria-hidden>
          {clock(left)}
        </span>
        <span className="sr-only">Ends in {Math.ceil(left / 60)} minutes.</span>{' '}
        <button
          type="button"
          disabled={exit.isPending}
          onClick={() => exit.mutate()}
          className="min-h-6 font-medium underline underline-offset-2 touch:min-h-11"
        >
          Leave
        </button>
      </Banner>
    </div>
  )
}

function useExit() {
  return useMutation({
    mutationFn: () => alone(() => api.POST('/api/auth/impersonation/exit')),
    onSuccess: useEnter(),
    meta: { toast: 'You still act as this user' },
  })
}

/** Seconds that are left, by the server's clock; at their end it leaves. */
function useLeft(until: number | null, onOver: () => void): number {
  const seconds = () => (until === null ? 0 : Math.max(0, Math.ceil((until - serverNow()) / 1000)))
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    if (until === null) return
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((until - serverNow()) / 1000))
      setLeft(now)
      if (now > 0) return
      clearInterval(timer)
      onOver()
    }, 1000)
    return () => clearInterval(timer)
  }, [until, onOver])
  return left
}

const clock = (s: number) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
