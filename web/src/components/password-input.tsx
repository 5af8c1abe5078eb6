import { Eye, EyeOff } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { Input } from '@/components/ui/field'
import { cn } from '@/lib/cn'
import { passwordStrength } from '@/lib/password'

/** A password that can be looked at while typing. */
export function PasswordInput({ className, ...props }: ComponentProps<'input'>) {
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <div className="relative">
      <Input type={shown ? 'text' : 'password'} className={cn('pr-11', className)} {...props} />
      <button
        type="button"
        aria-label={shown ? 'Hide password' : 'Show password'}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute top-1/2 right-1 grid size-7 -translate-y-1/2 place-items-center rounded-sm text-muted hover:text-text touch:size-11"
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </div>
  )
}

const BAR = ['', 'bg-danger-dot', 'bg-warning-dot', 'bg-success-dot', 'bg-success-dot']

/** How hard a password is to guess: four bars and a word. */
export function StrengthMeter({ password, minLength }: { password: string; minLength: number }) {
  const { score, words } = passwordStrength(password, minLength)
  return (
    <div className="flex items-center gap-3" aria-live="polite">
      <div aria-hidden className="grid w-32 grid-cols-4 gap-1">
        {[1, 2, 3, 4].map((n) => (
          <span key={n} className={cn('h-1 rounded-full', n <= score ? BAR[score] : 'bg-surface-3')} />
        ))}
      </div>
      <span className="text-[13px] text-muted">{words || `At least ${minLength} characters`}</span>
    </div>
  )
}
