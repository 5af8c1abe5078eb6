import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { PasswordInput } from '@/components/password-input'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { useChangeCloud } from '@/features/clouds/api/queries'
import { tokenSchema } from '@/features/clouds/schemas'
import type { Problem } from '@/lib/api/problem'
import type { Cloud } from '@/lib/api/types'
import { applyProblem } from '@/lib/form'

interface TokenDialogProps {
  cloud: Cloud
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function TokenDialog({ cloud, open, onOpenChange }: TokenDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Replace token" detail={`The one in use ends in ${cloud.token_hint.replace('…', '')}. The new one must belong to the same account.`}>
      <TokenForm id={cloud.id} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function TokenForm({ id, onDone }: { id: string; onDone: () => void }) {
  const change = useChangeCloud(id)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({ resolver: zodResolver(tokenSchema), defaultValues: { token: '' } })
  const submit = form.handleSubmit(async ({ token }) => {
    setProblem(null)
    try {
      await change.mutateAsync({ token })
      onDone()
    } catch (error) {
      setProblem(applyProblem(form, error, { '/token': 'token' }))
    }
  })
  return (
    <form noValidate onSubmit={(e) => void submit(e)}>
      <div className="grid gap-4">
        <Field label="New API token" hint="A job checks it right away. It is never shown again." error={form.formState.errors.token?.message}>
          <PasswordInput autoComplete="off" spellCheck={false} {...form.register('token')} />
        </Field>
        <ProblemAlert error={problem} />
      </div>
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" pending={change.isPending}>
          Replace token
        </Button>
      </DialogActions>
    </form>
  )
}
