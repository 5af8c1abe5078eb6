import { Dices } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import type { ChangeEvent } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { CopyText } from '@/components/copy-text'
import { PasswordInput } from '@/components/password-input'
import { StrengthMeter } from '@/components/strength-meter'
import { Button } from '@/components/ui/button'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { usedKeysQuery } from '@/features/vps/api/queries'
import type { CreateForm } from '@/features/vps/schemas'
import { generatePassword } from '@/lib/password'
import { holdsPrivateKey } from '@/lib/ssh-key'
import { useConfig } from '@/lib/use-config'
import { useOrg } from '@/lib/use-org'

export function AccessFields() {
  const { register, control } = useFormContext<CreateForm>()
  const access = useWatch({ control, name: 'access' })
  return (
    <div className="grid gap-4">
      <ChoiceGroup legend="Access" className="grid gap-2 sm:grid-cols-2">
        <Choice value="ssh" {...register('access')}>
          <span className="block font-medium">SSH key</span>
          <span className="block text-[13px] text-muted">Safer, and nothing to remember</span>
        </Choice>
        <Choice value="password" {...register('access')}>
          <span className="block font-medium">Root password</span>
          <span className="block text-[13px] text-muted">Stored only until the server is running</span>
        </Choice>
      </ChoiceGroup>
      {access === 'ssh' ? <KeyField /> : <PasswordField />}
    </div>
  )
}

const PRIVATE_KEY_PASTED =
  'That was a private key. It was taken out of the field, and is neither kept nor sent. ' +
  'Paste the one that ends in .pub.'

function KeyField() {
  const { register, formState, setValue, setError } = useFormContext<CreateForm>()
  const refusePrivate = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    if (!holdsPrivateKey(target.value)) return
    setValue('ssh_public_key', '')
    setError('ssh_public_key', { message: PRIVATE_KEY_PASTED })
  }
  return (
    <div className="grid gap-4">
      <UsedKeys />
      <Field
        label="Public SSH key"
        error={formState.errors.ssh_public_key?.message}
        hint={
          <>
            Usually the single line in <code className="text-xs">~/.ssh/id_ed25519.pub</code>
          </>
        }
      >
        <Textarea
          rows={3}
          spellCheck={false}
          autoComplete="off"
          placeholder="ssh-ed25519 AAAA… you@laptop"
          className="font-mono text-[13px] sm:text-[13px]"
          {...register('ssh_public_key', { onChange: refusePrivate })}
        />
      </Field>
    </div>
  )
}

/** The keys of the servers that exist: chosen instead of pasted. */
function UsedKeys() {
  const { control, setValue } = useFormContext<CreateForm>()
  const chosen = useWatch({ control, name: 'ssh_public_key' }).trim()
  const keys = useQuery(usedKeysQuery(useOrg().id)).data?.items ?? []
  if (keys.length === 0) return null
  return (
    <div className="grid gap-1.5">
      <p aria-hidden className="text-[13px] font-medium">
        Keys of your servers
      </p>
      <ChoiceGroup legend="Keys of your servers" className="grid gap-2 sm:grid-cols-2">
        {keys.map(({ key, public_key, servers }) => (
          <Choice
            key={key.fingerprint}
            name="used_key"
            value={key.fingerprint}
            checked={chosen === public_key}
            onChange={() => setValue('ssh_public_key', public_key, { shouldValidate: true, shouldDirty: true })}
          >
            <span className="block font-medium wrap-anywhere">{key.comment || key.algorithm}</span>
            <span className="block font-mono text-xs wrap-anywhere text-muted">{key.fingerprint}</span>
            <span className="num block text-[13px] text-muted">
              on {servers === 1 ? '1 server' : `${servers} servers`}
            </span>
          </Choice>
        ))}
      </ChoiceGroup>
    </div>
  )
}

function PasswordField() {
  const { min_password_length } = useConfig()
  const { register, control, formState, setValue } = useFormContext<CreateForm>()
  const password = useWatch({ control, name: 'root_password' })
  return (
    <div className="grid max-w-md gap-2">
      <Field
        label="Root password"
        error={formState.errors.root_password?.message}
        aside={
          <Button
            variant="ghost"
            size="sm"
            className="-my-1 text-accent"
            onClick={() => setValue('root_password', generatePassword(), { shouldValidate: true })}
          >
            <Dices aria-hidden className="size-4" /> Generate
          </Button>
        }
      >
        <PasswordInput autoComplete="new-password" {...register('root_password')} />
      </Field>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <StrengthMeter password={password} minLength={min_password_length} />
        {password ? (
          <CopyText text={password} what="password">
            Copy
          </CopyText>
        ) : null}
      </div>
      <p className="text-[13px] text-muted">It will not be shown again: save it in your password manager.</p>
    </div>
  )
}
