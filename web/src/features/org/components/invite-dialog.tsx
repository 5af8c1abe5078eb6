import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useInvite } from '@/features/org/api/mutations'
import { RoleSelect } from '@/features/org/components/role-select'
import { toProblem } from '@/lib/api/problem'
import type { OrgRole } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function InviteDialog({ open, onOpenChange }: DialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Invite a member"
      detail="They get a mail with a link that works for seven days, at this address alone."
    >
      <InviteForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({
  email: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, 'Enter their email address.'),
      z.maxLength(254, 'This address is too long.'),
      z.regex(/^[^@\s]+@[^@\s]+$/, 'This does not look like an email address.'),
    ),
  role: z.string(),
})

function InviteForm({ onDone }: { onDone: () => void }) {
  const invite = useInvite()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', role: 'member' } })
  const { submit, problem } = useSubmit(form, { '/email': 'email', '/role': 'role' }, async ({ email, role }) => {
    try {
      await invite.mutateAsync({ email, role: role as OrgRole })
    } catch (error) {
      if (toProblem(error).code !== 'already_member') throw error
      form.setError('email', { message: 'A member with this address exists already.' }, { shouldFocus: true })
      return
    }
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Invite" pending={invite.isPending} error={problem}>
      <Field label="Email" error={form.formState.errors.email?.message}>
        <Input type="email" inputMode="email" autoComplete="off" autoCapitalize="none" {...form.register('email')} />
      </Field>
      <Field label="Role" error={form.formState.errors.role?.message}>
        <RoleSelect {...form.register('role')} />
      </Field>
    </DialogForm>
  )
}
