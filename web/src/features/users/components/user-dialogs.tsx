import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DialogForm } from '@/components/dialog-form'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAct, useResetFactors, useSetRole, type Act } from '@/features/users/api/mutations'
import { EraseDialog } from '@/features/users/components/erase-dialog'
import type { AdminUser } from '@/lib/api/types'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'
import { useToasts } from '@/stores/toasts'

/** What administrators do about a user, each with a reason. */
export function UserDialogs({ user }: { user: AdminUser }) {
  return (
    <>
      <Measure
        user={user}
        name="disable"
        act="disable"
        title={`Disable ${user.name}?`}
        confirm="Disable account"
        danger
      >
        <p>All their sessions end within five seconds, their keys are void, and they cannot sign in again.</p>
        <p className="text-muted">
          Their organisations, servers and money stay as they are. You can enable them again.
        </p>
      </Measure>
      <Measure user={user} name="enable" act="enable" title={`Enable ${user.name}?`} confirm="Enable account">
        <p>They can sign in again, with the password and factors that they had.</p>
      </Measure>
      <Measure user={user} name="sessions" act="sessions/end" title="End all sessions?" confirm="End sessions" danger>
        <p>{user.name} is signed out on every device within five seconds, and may sign in again.</p>
      </Measure>
      <FactorsDialog user={user} />
      <RoleDialog user={user} />
      <EraseDialog user={user} />
    </>
  )
}

interface MeasureProps {
  user: AdminUser
  name: string
  act: Act
  title: string
  confirm: string
  danger?: boolean
  children: React.ReactNode
}

function Measure({ user, name, act, ...dialog }: MeasureProps) {
  const { open, onOpenChange } = useUrlDialog(name)
  const { mutate, isPending, error } = useAct(user.id, act)
  return (
    <ConfirmDialog
      {...dialog}
      open={open}
      onOpenChange={onOpenChange}
      reason="required"
      pending={isPending}
      error={error}
      onConfirm={(reason) => mutate(reason, { onSuccess: () => onOpenChange(false) })}
    />
  )
}

function FactorsDialog({ user }: { user: AdminUser }) {
  const { open, onOpenChange } = useUrlDialog('factors')
  const reset = useResetFactors(user.id)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Reset second factors?"
      confirm="Ask for the reset"
      danger
      reason="required"
      pending={reset.isPending}
      error={reset.error}
      onConfirm={(reason) =>
        reset.mutate(reason, {
          onSuccess: () => {
            onOpenChange(false)
            useToasts.getState().push({ tone: 'success', title: 'The reset waits for a day', about: user.id })
          },
        })
      }
    >
      <p>
        For a user who lost their passkeys, app and recovery codes. They are told by mail now, and it is done a day
        later, unless they sign in with one of them before.
      </p>
    </ConfirmDialog>
  )
}

function RoleDialog({ user }: { user: AdminUser }) {
  const { open, onOpenChange } = useUrlDialog('role')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Role of ${user.name}`}
      detail="On the platform, besides their roles in organisations. Administrators are named by the operator, with skypanel admin promote."
    >
      <RoleForm user={user} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({ role: z.enum(['user', 'readonly']), reason: reasonField })

function RoleForm({ user, onDone }: { user: AdminUser; onDone: () => void }) {
  const change = useSetRole(user.id)
  const role = user.role === 'readonly' ? ('readonly' as const) : ('user' as const)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { role, reason: '' } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(form, { '/role': 'role', '/reason': 'reason' }, async (body) => {
    await change.mutateAsync(body)
    onDone()
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onDone}
      submit="Change role"
      danger={user.role === 'admin'}
      pending={change.isPending}
      error={problem}
    >
      <ChoiceGroup legend="Role" className="grid gap-2 sm:grid-cols-2">
        <Choice value="user" {...form.register('role')}>
          <span className="block font-medium">User</span>
          <span className="text-[13px] text-muted">What their organisations let them do.</span>
        </Choice>
        <Choice value="readonly" {...form.register('role')}>
          <span className="block font-medium">Reads only</span>
          <span className="text-[13px] text-muted">Changes nothing but their own account.</span>
        </Choice>
      </ChoiceGroup>
      <Field label="Reason" hint="Saved in the activity log." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}
