import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { useRename } from '@/features/vps/api/mutations'
import { labelSchema } from '@/features/vps/schemas'
import { toProblem, type Problem } from '@/lib/api/problem'
import type { Vps } from '@/lib/api/types'
import { applyProblem } from '@/lib/form'

interface DialogProps {
  vps: Vps
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function RenameDialog({ vps, open, onOpenChange }: DialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Rename server" detail="Only the name you see changes. The machine, its addresses and its bill stay as they are.">
      <RenameForm vps={vps} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({ label: labelSchema })

function RenameForm({ vps, onDone }: { vps: Vps; onDone: () => void }) {
  const rename = useRename(vps.id)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { label: vps.label } })
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = form.handleSubmit(async ({ label }) => {
    setProblem(null)
    try {
      await rename.mutateAsync(label)
      onDone()
    } catch (error) {
      if (toProblem(error).code === 'label_taken') form.setError('label', { message: 'Another of your servers has this name.' }, { shouldFocus: true })
      else setProblem(applyProblem(form, error, { '/label': 'label' }))
    }
  })
  return (
    <form noValidate onSubmit={(e) => void submit(e)}>
      <div className="grid gap-4">
        <Field label="Name" error={form.formState.errors.label?.message}>
          <Input autoComplete="off" spellCheck={false} autoCapitalize="none" {...form.register('label')} />
        </Field>
        <ProblemAlert error={problem} />
      </div>
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" pending={rename.isPending}>
          Rename
        </Button>
      </DialogActions>
    </form>
  )
}
