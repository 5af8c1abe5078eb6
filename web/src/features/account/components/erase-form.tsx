import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useEraseAccount } from '@/features/account/api/person'
import { useMe } from '@/lib/use-me'
import { useSubmit } from '@/lib/use-submit'

/** Says what goes and what stays, has the address typed, then erases. */
export function EraseForm({ onCancel }: { onCancel: () => void }) {
  const { email } = useMe().user
  const erase = useEraseAccount()
  const navigate = useNavigate()
  const schema = z.object({
    email: z
      .string()
      .check(z.refine((text) => text.trim().toLowerCase() === email, 'Write your address exactly as it is shown.')),
    leave: z.boolean(),
  })
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', leave: false } })
  const { submit, problem } = useSubmit(form, { '/email': 'email' }, async (values) => {
    await erase.mutateAsync({ email: values.email.trim(), leave_balance: values.leave })
    void navigate('/sign-in', { replace: true })
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onCancel}
      submit="Delete account"
      danger
      pending={erase.isPending}
      error={problem}
    >
      <ul className="grid list-disc gap-1 pl-4">
        <li>You are signed out everywhere, your API keys end, and you leave your organisations, all at once.</li>
        <li>Your name, addresses, keys and devices are erased within minutes; a mail tells you when.</li>
        <li>What was charged and paid stays, and so does the record of what happened: without your name.</li>
      </ul>
      <label className="flex items-start gap-2 touch:min-h-11">
        <input type="checkbox" className="mt-1 size-4 shrink-0 accent-accent" {...form.register('leave')} />
        <span>
          Money left where I am the only member may stay there
          <span className="block text-[13px] text-muted">
            It is paid back if you ask for it from this address; the mail says how. Without this, it must be paid back
            first.
          </span>
        </span>
      </label>
      <Field label="Your email address" hint={email} error={form.formState.errors.email?.message}>
        <Input type="email" autoComplete="off" autoCapitalize="none" spellCheck={false} {...form.register('email')} />
      </Field>
    </DialogForm>
  )
}
