import { cn } from '@/lib/cn'
import { passwordStrength } from '@/lib/password'

const BAR = ['', 'bg-danger-dot', 'bg-warning-dot', 'bg-success-dot', 'bg-success-dot']

/** How hard a password is to guess: four bars and a word. */
export function StrengthMeter({ password, minLength }: { password: string; minLength: number }) {
  const { score, words } = passwordStrength(password, minLength)
  return (
    <div className="flex items-center gap-3" aria-live="polite">
      <div aria-hidden className="grid w-32 grid-cols-4 gap-1">
        {[1, 2, 3, 4].map((n) => (
          <span key={n} className={cn('tone h-1 rounded-full', n <= score ? BAR[score] : 'bg-surface-3')} />
        ))}
      </div>
      <span className="text-[13px] text-muted">{words || `At least ${minLength} characters`}</span>
    </div>
  )
}
