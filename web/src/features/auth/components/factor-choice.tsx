import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { PasskeyButton } from '@/features/auth/components/passkey-button'
import type { Problem } from '@/lib/api/problem'
import type { FactorKind } from '@/lib/api/types'
import { applyProblem } from '@/lib/apply-problem'
import { hasPasskeys } from '@/lib/passkeys'

/** What a person shows. */
export type Shown = { kind: 'passkey' } | { kind: 'totp'; code: string } | { kind: 'recovery_code'; code: string }

interface FactorChoiceProps {
  /** The ways that are open, the strongest first. */
  kinds: FactorKind[]
  /** Returns when it was accepted; what it throws is shown. */
  onShow: (shown: Shown) => Promise<unknown>
  /** The words of the button that sends a code. */
  submit: string
}

const WAYS: Record<FactorKind, string> = {
  passkey: 'Use a passkey',
  totp: 'Use a code from your authenticator app',
  recovery_code: 'Use a recovery code',
}

/** One way to show who one is, and the others a click away. A way that this browser does not have is left out. */
export function FactorChoice({ kinds, onShow, submit }: FactorChoiceProps) {
  const open = kinds.filter((kind) => kind !== 'passkey' || hasPasskeys())
  const [chosen, choose] = useState<FactorKind | null>(null)
  const way = chosen ?? open[0]
  if (!way) return null
  return (
    <div className="grid gap-4">
      {way === 'passkey' ? (
        <PasskeyButton onShow={() => onShow({ kind: 'passkey' })} />
      ) : (
        <CodeForm key={way} kind={way} submit={submit} onShow={onShow} />
      )}
      {open.length > 1 ? (
        <ul className="grid justify-items-start gap-1" aria-label="Other ways">
          {open
            .filter((kind) => kind !== way)
            .map((kind) => (
              <li key={kind}>
                <Button variant="ghost" size="sm" className="-ml-2.5" onClick={() => choose(kind)}>
                  {WAYS[kind]}
                </Button>
              </li>
            ))}
        </ul>
      ) : null}
    </div>
  )
}

interface CodeFormProps {
  kind: 'totp' | 'recovery_code'
  submit: string
  onShow: FactorChoiceProps['onShow']
}

function CodeForm({ kind, submit, onShow }: CodeFormProps) {
  const form = useForm({ defaultValues: { code: '' } })
  const [problem, setProblem] = useState<Problem | null>(null)
  const { errors, isSubmitting } = form.formState
  const send = form.handleSubmit(async ({ code }) => {
    setProblem(null)
    try {
      await onShow({ kind, code })
    } catch (error) {
      setProblem(applyProblem(form, error, { '/code': 'code', '/recovery_code': 'code' }))
      form.setFocus('code', { shouldSelect: true })
    }
  })
  const app = kind === 'totp'
  return (
    <Form className="grid gap-4" onSubmit={(e) => void send(e)}>
      <ProblemAlert error={problem} />
      <Field
        label={app ? 'Code from your authenticator app' : 'Recovery code'}
        hint={app ? 'Six digits, new every 30 seconds.' : 'Each works once. Spaces and small letters are fine.'}
        error={errors.code?.message}
      >
        <Input
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          inputMode={app ? 'numeric' : 'text'}
          className="font-mono"
          maxLength={64}
          {...form.register('code', { required: app ? 'Enter the code.' : 'Enter a recovery code.' })}
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={isSubmitting}>
        {submit}
      </Button>
    </Form>
  )
}
