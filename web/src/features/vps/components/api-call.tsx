import { Code } from 'lucide-react'
import { useFormContext, useWatch } from 'react-hook-form'
import { CodeBlock } from '@/components/code-block'
import { Button } from '@/components/ui/button'
import { Sheet } from '@/components/ui/sheet'
import type { CreateForm } from '@/features/vps/schemas'
import { useOrg } from '@/lib/use-org'
import { useUrlDialog } from '@/lib/use-url'

/** The same order by the API, without the secret. */
export function curlOf(
  form: Pick<CreateForm, 'plan_id' | 'region' | 'image' | 'label' | 'access' | 'ssh_public_key'>,
  origin: string,
  org: string,
): string {
  const secret =
    form.access === 'ssh' ? { ssh_public_key: form.ssh_public_key.trim() || 'ssh-ed25519 …' } : { root_password: '…' }
  const body = {
    plan_id: form.plan_id || 'plan_…',
    region: form.region || '…',
    image: form.image || '…',
    label: form.label.trim() || 'web-1',
    ...secret,
  }
  return [
    `curl -X POST ${origin}/api/vps \\`,
    `  -H "Authorization: Bearer $SKYPANEL_API_KEY" \\`,
    `  -H "X-Org: ${org}" \\`,
    `  -H "Idempotency-Key: $(uuidgen)" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n')
}

/** Opens the call that would place the same order. */
export function ApiCall() {
  const dialog = useUrlDialog('api')
  const { control } = useFormContext<CreateForm>()
  const values = useWatch({ control })
  const call = curlOf(
    { plan_id: '', region: '', image: '', label: '', access: 'ssh', ssh_public_key: '', ...values },
    globalThis.location.origin,
    useOrg().id,
  )
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        className="justify-self-center text-muted"
        onClick={() => dialog.onOpenChange(true)}
      >
        <Code aria-hidden className="size-4" /> Order through the API
      </Button>
      <Sheet
        {...dialog}
        title="Order through the API"
        detail="Make an API key with the scope vps:create under Account. Reuse the Idempotency-Key when you repeat a call that got no answer."
      >
        <CodeBlock label="Command" what="command" text={call} />
      </Sheet>
    </>
  )
}
