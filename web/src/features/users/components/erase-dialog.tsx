import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useEraseUser } from '@/features/users/api/mutations'
import type { AdminUser } from '@/lib/api/types'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'
import { useToasts } from '@/stores/toasts'

/** Erases a user who asked for it, once their address was typed. */
export function EraseDialog({ user }: { user: AdminUser }) {
  const { open, onOpenChange } = useUrlDialog('erase')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Erase ${user.name}?`}
      detail="For a person who asked for it. It cannot be taken back."
    >
      <EraseForm user={user} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function EraseForm({ user, onDone }: { user: AdminUser; onDone: () => void }) {
  const erase = useEraseUser(user.id)
  const schema = z.object({
    email: z
      .string()
      .check(z.refine((text) => text.trim().toLowerCase() === user.email, 'Write the address exactly as it is shown.')),
    reason: reasonField,
    leave: z.boolean(),
  })
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', reason: '', leave: false } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(form, { '/reason': 'reason' }, async ({ reason, leave }) => {
    await erase.mutateAsync({ reason, leave_balance: leave })
    onDone()
    useToasts.getState().push({ tone: 'success', title: 'The user is being erased', about: user.id })
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onDone}
      submit="Erase user"
      danger
      pending={erase.isPending}
      error={problem}
    >
      <p>
        Sessions, keys and memberships end at once, and what names them is erased. Organisations in which they are alone
        end with them, if they have no servers and no debt. Ledgers and records stay.
      </p>
      <label className="flex items-start gap-2 touch:min-h-11">
        <input type="checkbox" className="mt-1 size-4 shrink-0 accent-accent" {...form.register('leave')} />
        <span>
          Money left where they are the only member may stay there
          <span className="block text-[13px] text-muted">Until they ask for it, from their former address.</span>
        </span>
      </label>
      <Field label="Their email address" hint={user.email} error={errors.email?.message}>
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} {...form.register('email')} />
      </Field>
      <Field label="Reason" hint="Saved in the activity log until it is erased too." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}
