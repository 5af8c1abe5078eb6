import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { useMakeKey } from '@/features/account/api/keys'
import { KeyText } from '@/features/account/components/key-text'
import { SCOPES, type Scope } from '@/features/account/scopes'
import type { MadeApiKey, Membership } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { networksOf } from '@/lib/networks'
import { useSubmit } from '@/lib/use-submit'

interface DialogProps {
  org: Membership
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Makes a key, then shows its text once. */
export function MakeKeyDialog({ org, open, onOpenChange }: DialogProps) {
  const [made, setMade] = useState<MadeApiKey | null>(null)
  const close = () => {
    onOpenChange(false)
    setMade(null)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(to) => (to ? onOpenChange(true) : close())}
      title={made ? `API key ${made.api_key.name}` : 'Create an API key'}
      detail={made ? undefined : `For ${org.name} alone. It never may more than you may there.`}
    >
      {made ? <KeyText made={made} onDone={close} /> : <MakeForm org={org} onMade={setMade} onCancel={close} />}
    </Dialog>
  )
}

const DAYS = { '30': '30 days', '90': '90 days', '180': 'Half a year', '365': 'A year' } as const
const DAY_MS = 86_400_000

const schema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'Say where it is used.'), z.maxLength(100, 'Use at most 100 characters.')),
  scopes: z.array(z.string()).check(z.minLength(1, 'Choose at least one.')),
  days: z.enum(['30', '90', '180', '365']),
  networks: z.string(),
})

interface FormProps {
  org: Membership
  onMade: (made: MadeApiKey) => void
  onCancel: () => void
}

function MakeForm({ org, onMade, onCancel }: FormProps) {
  const make = useMakeKey(org.id)
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: '', scopes: ['vps:read'], days: '90' as const, networks: '' },
  })
  const { errors } = form.formState
  const fields = { '/name': 'name', '/scopes': 'scopes', '/expires_at': 'days', '/ip_allow': 'networks' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ name, scopes, days, networks }) => {
    const expires_at = new Date(serverNow() + Number(days) * DAY_MS).toISOString()
    const chosen = SCOPES.map(({ scope }) => scope).filter((scope) => scopes.includes(scope))
    onMade(await make.mutateAsync({ name, scopes: chosen, expires_at, ip_allow: networksOf(networks) }))
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onCancel} submit="Create key" pending={make.isPending} error={problem}>
      <Field label="Name" hint="Where it is used, to recognise it later." error={errors.name?.message}>
        <Input autoComplete="off" placeholder="Deployments" {...form.register('name')} />
      </Field>
      <fieldset className="grid min-w-0 gap-2">
        <legend className="mb-1.5 text-[13px] font-medium">What it may do</legend>
        {SCOPES.map(({ scope, words }) => (
          <ScopeBox key={scope} {...{ scope, words }} may={org.may.includes(scope)} {...form.register('scopes')} />
        ))}
        {errors.scopes ? (
          <p role="alert" className="text-[13px] text-danger">
            {errors.scopes.message}
          </p>
        ) : null}
      </fieldset>
      <Field label="Ends after" hint="You get a mail 14 days before." error={errors.days?.message}>
        <Select {...form.register('days')}>
          {Object.entries(DAYS).map(([days, words]) => (
            <option key={days} value={days}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Networks (optional)"
        hint="Addresses or networks such as 203.0.113.0/24 from which it may be used, yours among them. Empty for any."
        error={errors.networks?.message}
      >
        <Textarea rows={2} spellCheck={false} {...form.register('networks')} />
      </Field>
    </DialogForm>
  )
}

type BoxProps = React.ComponentProps<'input'> & { scope: Scope; words: string; may: boolean }

function ScopeBox({ scope, words, may, ...props }: BoxProps) {
  return (
    <label className="flex min-h-6 items-baseline gap-2.5 text-sm touch:min-h-11">
      <input
        type="checkbox"
        value={scope}
        aria-disabled={!may}
        className="size-4 translate-y-0.5 accent-accent disabled:opacity-50"
        {...props}
        disabled={!may}
      />
      <span className={may ? undefined : 'text-muted'}>
        {words} <span className="font-mono text-xs text-muted">{scope}</span>
        {may ? null : <span className="block text-[13px] text-muted">Your own role does not allow it.</span>}
      </span>
    </label>
  )
}
