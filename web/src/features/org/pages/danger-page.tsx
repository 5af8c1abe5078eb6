import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DialogForm } from '@/components/dialog-form'
import { WhoMay } from '@/components/who-may'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useDeleteOrg, useLeaveOrg } from '@/features/org/api/mutations'
import { useMe } from '@/lib/use-me'
import { useMay, useOrg } from '@/lib/use-org'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

/** The two ways out. */
export function DangerPage() {
  const { name } = useOrg()
  const mayDelete = useMay('org:delete')
  // Only they themselves may: not an administrator in their place.
  const mayLeave = useMe().impersonation == null
  const leaving = useUrlDialog('leave')
  const deleting = useUrlDialog('delete-org')
  return (
    <>
      <Card aria-labelledby="leave">
        <CardHeader id="leave" title="Leave the organisation" />
        <CardBody className="flex flex-wrap items-center justify-between gap-4">
          <p className="min-w-0 flex-1 basis-64 text-muted">
            You no longer see {name}, its servers or its money. What you ordered stays the organisation’s. The last
            owner can’t leave.
          </p>
          {mayLeave ? (
            <Button variant="danger-quiet" onClick={() => leaving.onOpenChange(true)}>
              Leave
            </Button>
          ) : null}
        </CardBody>
      </Card>
      <Card aria-labelledby="delete-org">
        <CardHeader id="delete-org" title="Delete the organisation" />
        <CardBody className="flex flex-wrap items-center justify-between gap-4">
          <p className="min-w-0 flex-1 basis-64 text-muted">
            For all members and for good. It works once no server is left, nothing is owed and the wallet is empty.
          </p>
          {mayDelete ? (
            <Button variant="danger-quiet" onClick={() => deleting.onOpenChange(true)}>
              Delete organisation
            </Button>
          ) : (
            <WhoMay perm="org:delete" what="delete it" brief />
          )}
        </CardBody>
      </Card>
      {mayLeave ? <LeaveDialog {...leaving} /> : null}
      {mayDelete ? (
        <Dialog {...deleting} title={`Delete ${name}?`} detail="It cannot be brought back.">
          <DeleteForm onCancel={() => deleting.onOpenChange(false)} />
        </Dialog>
      ) : null}
    </>
  )
}

function LeaveDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { name } = useOrg()
  const leave = useLeaveOrg()
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Leave ${name}?`}
      confirm="Leave"
      danger
      pending={leave.isPending}
      error={leave.error}
      onConfirm={() => leave.mutate(undefined, { onSuccess: () => void navigate('/', { replace: true }) })}
    >
      <p>You see it again only if a member invites you.</p>
    </ConfirmDialog>
  )
}

function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const { name } = useOrg()
  const remove = useDeleteOrg()
  const navigate = useNavigate()
  const schema = z.object({
    name: z.string().check(z.refine((text) => text.trim() === name, 'Write the name exactly as it is shown.')),
  })
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: '' } })
  const { submit, problem } = useSubmit(form, { '/name': 'name' }, async (values) => {
    await remove.mutateAsync(values.name.trim())
    void navigate('/', { replace: true })
  })
  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onCancel}
      submit="Delete organisation"
      danger
      pending={remove.isPending}
      error={problem}
    >
      <Field label="Name of the organisation" hint={name} error={form.formState.errors.name?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register('name')} />
      </Field>
    </DialogForm>
  )
}
