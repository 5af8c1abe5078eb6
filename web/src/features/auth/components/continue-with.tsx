import { useSearchParams } from 'react-router'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { useLeave } from '@/features/auth/api/mutations'
import { safeNext } from '@/features/auth/next'
import { useConfig } from '@/lib/use-config'

/** Signing in by another site's word, where the panel trusts one. */
export function ContinueWith({ back }: { back?: string }) {
  const name = useConfig().sign_in_with
  const [params] = useSearchParams()
  const leave = useLeave()
  if (name == null) return null
  const next = back ?? safeNext(params.get('next'))
  return (
    <div className="grid gap-3">
      <ProblemAlert error={leave.error} />
      <Button
        variant="secondary"
        size="lg"
        pending={leave.isPending || leave.isSuccess}
        onClick={() => leave.mutate({ way: 'start', back: next })}
      >
        Continue with {name}
      </Button>
    </div>
  )
}
