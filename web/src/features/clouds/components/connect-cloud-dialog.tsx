import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import { DialogForm } from '@/components/dialog-form'
import { PasswordInput } from '@/components/password-input'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useConnectCloud } from '@/features/clouds/api/mutations'
import { connectSchema } from '@/features/clouds/schemas'
import { useSubmit } from '@/lib/use-submit'

interface ConnectCloudDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function ConnectCloudDialog({ open, onOpenChange }: ConnectCloudDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Connect a Linode account"
      detail="The token is encrypted before it is stored and never shown again."
    >
      <ConnectForm onCancel={() => onOpenChange(false)} />
    </Dialog>
  )
}

function ConnectForm({ onCancel }: { onCancel: () => void }) {
  const connect = useConnectCloud()
  const navigate = useNavigate()
  const form = useForm({ resolver: zodResolver(connectSchema), defaultValues: { name: '', token: '', endpoint: '' } })
  const { errors } = form.formState

  const { submit, problem } = useSubmit(
    form,
    { '/name': 'name', '/token': 'token', '/endpoint': 'endpoint' },
    async ({ name, token, endpoint }) => {
      const { cloud } = await connect.mutateAsync({
        provider: 'linode',
        name,
        token,
        ...(endpoint ? { endpoint } : {}),
      })
      void navigate(`/admin/clouds/${cloud.id}`)
    },
  )

  return (
    <DialogForm onSubmit={submit} onCancel={onCancel} submit="Connect" pending={connect.isPending} error={problem}>
      <Field label="Name" hint="For you and other admins." error={errors.name?.message}>
        <Input autoComplete="off" placeholder="Main account" {...form.register('name')} />
      </Field>
      <Field
        label="API token"
        error={errors.token?.message}
        hint="Needs read and write on Linodes, and read on Account. A job checks it right away."
      >
        <PasswordInput autoComplete="off" spellCheck={false} {...form.register('token')} />
      </Field>
      <details className="group">
        <summary className="min-h-6 text-[13px] text-muted hover:text-text">Another address of the API</summary>
        <div className="pt-3">
          <Field label="Endpoint (optional)" error={errors.endpoint?.message} hint="Leave it empty for the public one.">
            <Input type="url" inputMode="url" autoComplete="off" {...form.register('endpoint')} />
          </Field>
        </div>
      </details>
    </DialogForm>
  )
}
