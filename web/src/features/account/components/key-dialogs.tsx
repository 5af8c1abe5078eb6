import { useState } from 'react'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { useRevokeKey, useRotateKey } from '@/features/account/api/keys'
import { KeyText } from '@/features/account/components/key-text'
import type { ApiKey, MadeApiKey } from '@/lib/api/types'

interface DialogProps {
  org: string
  apiKey: ApiKey
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function RevokeKeyDialog({ org, apiKey, open, onOpenChange }: DialogProps) {
  const revoke = useRevokeKey(org, apiKey.id)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Revoke ${apiKey.name}?`}
      confirm="Revoke key"
      danger
      onConfirm={() => revoke.mutate(undefined, { onSuccess: () => onOpenChange(false) })}
      pending={revoke.isPending}
      error={revoke.error}
    >
      <p>
        Programs that use <span className="font-mono text-[13px]">{apiKey.prefix}…</span> are refused within five
        seconds. This cannot be undone.
      </p>
    </ConfirmDialog>
  )
}

const OVERLAPS = { '0': 'Not at all', '1': 'An hour', '24': 'A day', '168': 'Seven days' }

/** Replaces a key: its successor works at once, and the old one for a while. */
export function RotateKeyDialog({ org, apiKey, open, onOpenChange }: DialogProps) {
  const [made, setMade] = useState<MadeApiKey | null>(null)
  const [hours, setHours] = useState('24')
  const rotate = useRotateKey(org, apiKey.id)
  const close = () => {
    onOpenChange(false)
    setMade(null)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(to) => (to ? onOpenChange(true) : close())}
      title={made ? `New key for ${apiKey.name}` : `Rotate ${apiKey.name}`}
      detail={made ? undefined : 'The new key has the same name, scopes and networks, and works at once.'}
    >
      {made ? (
        <KeyText made={made} onDone={close} />
      ) : (
        <DialogForm
          onSubmit={(e) => {
            e.preventDefault()
            rotate.mutate(Number(hours), { onSuccess: setMade })
          }}
          onCancel={close}
          submit="Create new key"
          pending={rotate.isPending}
          error={rotate.error}
        >
          <Field label="The old key still works for" hint="Time to give the new one to your programs.">
            <Select value={hours} onChange={(e) => setHours(e.target.value)}>
              {Object.entries(OVERLAPS).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          </Field>
        </DialogForm>
      )}
    </Dialog>
  )
}
