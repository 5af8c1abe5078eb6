import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useImpersonate } from '@/features/users/api/mutations'
import type { AdminUser } from '@/lib/api/types'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'

interface ImpersonateDialogProps {
  user: AdminUser
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Goes into a user's place, for half an hour. */
export function ImpersonateDialog({ user, open, onOpenChange }: ImpersonateDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Act as ${user.name}`}
      detail="All tabs of this browser show what they see, for 30 minutes at most. Your own session waits for you."
    >
      <ImpersonateForm user={user} onCancel={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({ reason: reasonField, may: z.enum(['look', 'change']) })

function ImpersonateForm({ user, onCancel }: { user: AdminUser; onCancel: () => void }) {
  const impersonate = useImpersonate(user.id)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { reason: '', may: 'look' as const } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(form, { '/reason': 'reason' }, async ({ reason, may }) => {
    await impersonate.mutateAsync({ reason, writes: may === 'change' })
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onCancel}
      submit="Act as this user"
      pending={impersonate.isPending}
      error={problem}
    >
      <Field
        label="Reason"
        hint={`It is recorded, and ${user.name} reads it in a mail.`}
        error={errors.reason?.message}
      >
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
      <ChoiceGroup legend="What you may do" className="grid gap-2 sm:grid-cols-2">
        <Choice value="look" {...form.register('may')}>
          <span className="block font-medium">Look only</span>
          <span className="text-[13px] text-muted">You see what they see.</span>
        </Choice>
        <Choice value="change" {...form.register('may')}>
          <span className="block font-medium">Look and change</span>
          <span className="text-[13px] text-muted">Servers only. Each change carries both names.</span>
        </Choice>
      </ChoiceGroup>
      <p className="text-[13px] text-muted">
        Never theirs to touch for you: passwords and factors, the e-mail address, keys, members, means of payment, the
        console.
      </p>
    </DialogForm>
  )
}
