import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useSetOverride } from '@/features/rate-limits/api/mutations'
import { overrideSchema, WINDOWS, type OverrideForm } from '@/features/rate-limits/schemas'
import type { LimitKey, RateOverride } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { formatDateTime, formatSpan } from '@/lib/time'
import { useSubmit } from '@/lib/use-submit'

type User = NonNullable<LimitKey['user']>

interface OverrideDialogProps {
  /** Whose limit it is; null when the form asks. */
  user: User | null
  /** The limit that they have. */
  standing: RateOverride | undefined
  onClose: () => void
}

export function OverrideDialog({ user, standing, onClose }: OverrideDialogProps) {
  return (
    <Dialog open onOpenChange={onClose} title={user ? `Set the limit of ${user.name}` : 'Set a user’s limit'}>
      <OverrideFields user={user} standing={standing} onClose={onClose} />
    </Dialog>
  )
}

const DAYS = ['1', '7', '30', '90', '365']

function OverrideFields({ user, standing, onClose }: OverrideDialogProps) {
  const set = useSetOverride()
  const form = useForm<OverrideForm>({
    resolver: zodResolver(overrideSchema),
    defaultValues: {
      user: user?.id ?? '',
      max: standing ? String(standing.max) : '',
      window: String(standing?.window_s ?? 900),
      days: '7',
      reason: '',
    },
  })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/user': 'user', '/max': 'max', '/window_s': 'window', '/expires_at': 'days', '/reason': 'reason' },
    async (v) => {
      const expires_at = new Date(serverNow() + Number(v.days) * 86_400_000).toISOString()
      const body = { max: Number(v.max), window_s: Number(v.window), reason: v.reason, expires_at }
      await set.mutateAsync({ user: v.user, body })
      onClose()
    },
  )
  const windows = standing && !WINDOWS.includes(standing.window_s) ? [standing.window_s, ...WINDOWS] : WINDOWS
  return (
    <DialogForm onSubmit={submit} onCancel={onClose} submit="Set limit" pending={set.isPending} error={problem}>
      {user ? (
        <p className="wrap-anywhere text-muted">
          {user.email}
          {standing ? `, until ${formatDateTime(standing.expires_at)} because “${standing.reason}”` : ''}
        </p>
      ) : (
        <Field label="User" hint="Their id, such as user_01j…" error={errors.user?.message}>
          <Input autoComplete="off" spellCheck={false} autoCapitalize="none" {...form.register('user')} />
        </Field>
      )}
      <div className="grid grid-cols-2 items-start gap-2">
        <Field label="Requests" error={errors.max?.message}>
          <Input inputMode="numeric" autoComplete="off" {...form.register('max')} />
        </Field>
        <Field label="In" error={errors.window?.message}>
          <Select {...form.register('window')}>
            {windows.map((s) => (
              <option key={s} value={s}>
                {formatSpan(s)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field
        label="Expires after"
        hint="Then the limit of their kind holds again by itself."
        error={errors.days?.message}
      >
        <Select {...form.register('days')}>
          {DAYS.map((d) => (
            <option key={d} value={d}>
              {d === '1' ? '1 day' : `${d} days`}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Reason" hint="Saved in the activity log." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}
