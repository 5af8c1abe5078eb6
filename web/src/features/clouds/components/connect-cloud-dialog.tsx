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
      title="Connect Linode"
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
      void navigate(`/admin/clouds/${cloud.id}`, { replace: true })
    },
  )

  return (
    <DialogForm onSubmit={submit} onCancel={onCancel} submit="Connect" pending={connect.isPending} error={problem}>
      <Field label="Name" hint="Shown to administrators only." error={errors.name?.message}>
        <Input autoComplete="off" placeholder="Main cloud" {...form.register('name')} />
      </Field>
      <Field
        label="API token"
        error={errors.token?.message}
        hint="Needs read and write access to Linodes, and read access to Account. It is checked right away."
      >
        <PasswordInput autoComplete="off" spellCheck={false} {...form.register('token')} />
      </Field>
      <details className="group">
        <summary className="min-h-6 text-[13px] text-muted hover:text-text">Use a different API address</summary>
        <div className="pt-3">
          <Field label="Endpoint (optional)" error={errors.endpoint?.message} hint="Leave empty to use the public API.">
            <Input type="url" inputMode="url" autoComplete="off" {...form.register('endpoint')} />
          </Field>
        </div>
      </details>
    </DialogForm>
  )
}
