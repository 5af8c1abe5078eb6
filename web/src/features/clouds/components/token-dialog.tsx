import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { DialogForm } from '@/components/dialog-form'
import { PasswordInput } from '@/components/password-input'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { useChangeCloud } from '@/features/clouds/api/mutations'
import { tokenSchema } from '@/features/clouds/schemas'
import type { Cloud } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'

interface TokenDialogProps {
  cloud: Cloud
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function TokenDialog({ cloud, open, onOpenChange }: TokenDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Replace token"
      detail={`The current token ends in ${cloud.token_hint.replace('…', '')}. The new one must belong to the same account at the provider.`}
    >
      <TokenForm id={cloud.id} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function TokenForm({ id, onDone }: { id: string; onDone: () => void }) {
  const change = useChangeCloud(id)
  const form = useForm({ resolver: zodResolver(tokenSchema), defaultValues: { token: '' } })
  const { submit, problem } = useSubmit(form, { '/token': 'token' }, async ({ token }) => {
    await change.mutateAsync({ token })
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Replace token" pending={change.isPending} error={problem}>
      <Field
        label="New API token"
        hint="It is checked right away and never shown again. Plans stay on sale meanwhile."
        error={form.formState.errors.token?.message}
      >
        <PasswordInput autoComplete="off" spellCheck={false} {...form.register('token')} />
      </Field>
    </DialogForm>
  )
}
