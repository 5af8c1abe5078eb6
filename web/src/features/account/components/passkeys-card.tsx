import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useAddPasskey, useRemovePasskey, useRenamePasskey } from '@/features/account/api/factors'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { DialogForm } from '@/components/dialog-form'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { toProblem, type Problem } from '@/lib/api/problem'
import type { Factors, Passkey } from '@/lib/api/types'
import { applyProblem } from '@/lib/apply-problem'
import { hasPasskeys } from '@/lib/passkeys'

/** What a card's dialog is about. */
type Doing = { add: true } | { rename: Passkey } | { remove: Passkey } | null

/** The passkeys: the strongest way in, and the quickest. */
export function PasskeysCard({ factors }: { factors: Factors }) {
  const [doing, setDoing] = useState<Doing>(null)
  const close = () => setDoing(null)
  const { passkeys, passkey_host: host, no_passkeys_because: reason } = factors
  const here = hasPasskeys()
  return (
    <Card aria-labelledby="passkeys-card">
      <CardHeader
        id="passkeys-card"
        title="Passkeys"
        detail="Your fingerprint, face or PIN signs you in, without a password. No site but this one can ask for it."
        action={reason == null && here ? <Button onClick={() => setDoing({ add: true })}>Add a passkey</Button> : null}
      />
      <CardBody className="grid gap-3">
        {reason == null ? null : <p className="text-muted">{reason}</p>}
        {reason == null && !here ? (
          <p className="text-muted">
            This browser has no passkeys here. Add one in a current browser, by https or on the panel’s own computer.
          </p>
        ) : null}
        {passkeys.length === 0 ? <p className="text-muted">None yet.</p> : null}
        <ul className="divide-y">
          {passkeys.map((passkey) => (
            <Row key={passkey.id} {...{ passkey, host, setDoing }} />
          ))}
        </ul>
      </CardBody>
      <Dialog
        open={doing !== null && 'add' in doing}
        onOpenChange={(open) => {
          if (!open) close()
        }}
        title="Add a passkey"
      >
        <AddForm onDone={close} />
      </Dialog>
      <Dialog
        open={doing !== null && 'rename' in doing}
        onOpenChange={(open) => {
          if (!open) close()
        }}
        title="Rename the passkey"
      >
        {doing && 'rename' in doing ? <RenameForm passkey={doing.rename} onDone={close} /> : null}
      </Dialog>
      <RemoveDialog
        passkey={doing && 'remove' in doing ? doing.remove : null}
        last={passkeys.length === 1 && factors.app == null}
        onDone={close}
      />
    </Card>
  )
}

interface RowProps {
  passkey: Passkey
  host: string | null | undefined
  setDoing: (doing: Doing) => void
}

function Row({ passkey, host, setDoing }: RowProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">{passkey.name}</p>
        <p className="text-[13px] text-muted">
          Added on <At at={passkey.created_at} />
          {passkey.last_used_at ? (
            <>
              , last used <At at={passkey.last_used_at} />
            </>
          ) : (
            ', not used yet'
          )}
        </p>
        {passkey.host === host ? null : (
          <p className="text-[13px] text-warning">
            Made for {passkey.host}, where this panel was before. It works there alone: remove it and add a new one.
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => setDoing({ rename: passkey })} aria-label={`Rename ${passkey.name}`}>
          Rename
        </Button>
        <Button
          size="sm"
          variant="danger-quiet"
          onClick={() => setDoing({ remove: passkey })}
          aria-label={`Remove ${passkey.name}`}
        >
          Remove
        </Button>
      </div>
    </li>
  )
}

interface NameFormProps {
  name: string
  hint?: string
  submit: string
  pending: boolean
  send: (name: string) => Promise<unknown>
  onDone: () => void
}

function NameForm({ name, hint, submit, pending, send, onDone }: NameFormProps) {
  const form = useForm({ defaultValues: { name } })
  const [problem, setProblem] = useState<Problem | null>(null)
  const go = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      await send(values.name)
      onDone()
    } catch (error) {
      setProblem(applyProblem(form, toProblem(error), { '/name': 'name' }))
    }
  })
  return (
    <DialogForm onSubmit={(e) => void go(e)} onCancel={onDone} {...{ submit, pending }} error={problem}>
      <Field label="Name" hint={hint} error={form.formState.errors.name?.message}>
        <Input autoComplete="off" maxLength={100} {...form.register('name', { required: 'Enter a name.' })} />
      </Field>
    </DialogForm>
  )
}

function AddForm({ onDone }: { onDone: () => void }) {
  const add = useAddPasskey()
  return (
    <NameForm
      name={suggestion()}
      hint="So that you know it again, such as “Work laptop”. Your browser asks for the rest."
      submit="Continue"
      pending={add.isPending}
      send={(name) => add.mutateAsync(name)}
      onDone={onDone}
    />
  )
}

function RenameForm({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const rename = useRenamePasskey()
  return (
    <NameForm
      name={passkey.name}
      submit="Rename"
      pending={rename.isPending}
      send={(name) => rename.mutateAsync({ id: passkey.id, name })}
      onDone={onDone}
    />
  )
}

interface RemoveDialogProps {
  passkey: Passkey | null
  /** Nothing but the password remains. */
  last: boolean
  onDone: () => void
}

function RemoveDialog({ passkey, last, onDone }: RemoveDialogProps) {
  const remove = useRemovePasskey()
  return (
    <ConfirmDialog
      open={passkey !== null}
      onOpenChange={(open) => {
        if (!open) onDone()
      }}
      title={`Remove ${passkey?.name ?? 'the passkey'}`}
      confirm="Remove"
      danger
      onConfirm={() => {
        if (passkey) remove.mutate(passkey.id, { onSuccess: onDone })
      }}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>
        It no longer signs you in, and your other sessions end. Your device may still offer it: delete it there too.
        {last ? ' Your password alone is then enough, and your recovery codes are void.' : ''}
      </p>
    </ConfirmDialog>
  )
}

/** What this device is, as far as its browser says. */
function suggestion(): string {
  const known = ['iPhone', 'iPad', 'Android', 'Windows', 'Macintosh', 'Linux']
  const found = known.find((word) => navigator.userAgent.includes(word))
  return found === 'Macintosh' ? 'Mac' : (found ?? 'This device')
}
