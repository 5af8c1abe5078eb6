import { lazy, Suspense, useState } from 'react'
import { useForm } from 'react-hook-form'
import { useBeginApp, useConfirmApp, useRemoveApp } from '@/features/account/api/factors'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { CopyText } from '@/components/copy-text'
import { At } from '@/components/date-time'
import { DialogForm } from '@/components/dialog-form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { toProblem, type Problem } from '@/lib/api/problem'
import type { AppSetup, Factors } from '@/lib/api/types'
import { applyProblem } from '@/lib/apply-problem'

const QrCode = lazy(async () => ({ default: (await import('qrcode.react')).QRCodeSVG }))

/** The authenticator app: added by a QR code or a typed key, and a first code. */
export function AppCard({ factors }: { factors: Factors }) {
  const begin = useBeginApp()
  const remove = useRemoveApp()
  const [removing, setRemoving] = useState(false)
  const { app } = factors
  return (
    <Card aria-labelledby="app-card">
      <CardHeader
        id="app-card"
        title="Authenticator app"
        detail="An app on your phone shows six digits that you type after your password."
        action={
          <div className="flex flex-wrap gap-2">
            <Button pending={begin.isPending} onClick={() => begin.mutate()}>
              {app ? 'Move to another app' : 'Add an app'}
            </Button>
            {app ? (
              <Button variant="danger-quiet" onClick={() => setRemoving(true)}>
                Remove
              </Button>
            ) : null}
          </div>
        }
      />
      <CardBody className="grid gap-3">
        {app ? (
          <p>
            Added on <At at={app.added_at} />.
          </p>
        ) : (
          <p className="text-muted">None yet.</p>
        )}
        <ProblemAlert error={begin.error} />
      </CardBody>
      <Dialog
        open={begin.data !== undefined}
        onOpenChange={(open) => {
          if (!open) begin.reset()
        }}
        title="Add an authenticator app"
      >
        {begin.data ? <SetupForm setup={begin.data} onDone={() => begin.reset()} /> : null}
      </Dialog>
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title="Remove the authenticator app"
        confirm="Remove"
        danger
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setRemoving(false) })}
        pending={remove.isPending}
        error={remove.error}
      >
        <p>
          Its codes no longer sign you in, and your other sessions end.
          {factors.passkeys.length === 0
            ? ' Your password alone is then enough, and your recovery codes are void.'
            : ''}
        </p>
      </ConfirmDialog>
    </Card>
  )
}

function SetupForm({ setup, onDone }: { setup: AppSetup; onDone: () => void }) {
  const form = useForm({ defaultValues: { code: '' } })
  const confirm = useConfirmApp()
  const [problem, setProblem] = useState<Problem | null>(null)
  const send = form.handleSubmit(async ({ code }) => {
    setProblem(null)
    try {
      await confirm.mutateAsync({ id: setup.id, code })
      onDone()
    } catch (error) {
      setProblem(applyProblem(form, toProblem(error), { '/code': 'code' }))
    }
  })
  return (
    <DialogForm
      onSubmit={(e) => void send(e)}
      onCancel={onDone}
      submit="Add the app"
      pending={confirm.isPending}
      error={problem}
    >
      <p>Scan this with the app, or type the key into it. Then enter the code that it shows.</p>
      <div className="justify-self-center rounded-lg border bg-white p-3">
        <Suspense fallback={<Skeleton className="size-44" />}>
          <QrCode value={setup.uri} size={176} title="QR code of the key" />
        </Suspense>
      </div>
      <p className="text-[13px]">
        <span className="text-muted">Key: </span>
        <CopyText text={setup.secret} what="key" wrap>
          {setup.secret.replace(/(.{4})(?=.)/g, '$1 ')}
        </CopyText>
      </p>
      <Field label="Code" hint="Six digits, new every 30 seconds." error={form.formState.errors.code?.message}>
        <Input
          autoComplete="one-time-code"
          inputMode="numeric"
          className="font-mono"
          maxLength={16}
          {...form.register('code', { required: 'Enter the code.' })}
        />
      </Field>
    </DialogForm>
  )
}
