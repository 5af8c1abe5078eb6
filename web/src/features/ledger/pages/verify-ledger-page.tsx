import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { LinkPage } from '@/components/link-page'
import { Alert } from '@/components/ui/alert'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import { NotALedger, parseHeads, verifyLedger } from '@/features/ledger/verify'

const BACK = { to: '/', label: 'Back to the panel' }

/** Checks a downloaded ledger. The file stays in the browser: nothing is sent. */
export function VerifyLedgerPage() {
  const [heads, setHeads] = useState('')
  const [file, setFile] = useState<File>()
  const held = parseHeads(heads)
  const check = useMutation({
    mutationFn: async ({ chosen, held }: { chosen: File; held: NonNullable<ReturnType<typeof parseHeads>> }) =>
      verifyLedger(await chosen.text(), held),
  })
  const run = (chosen: File | undefined, typed: string) => {
    const parsed = parseHeads(typed)
    if (chosen && parsed) check.mutate({ chosen, held: parsed })
  }
  if (typeof crypto.subtle === 'undefined') {
    return (
      <LinkPage
        title="Check a ledger"
        next={BACK}
        detail="Your browser computes hashes on secure pages alone. Open this page with https, or use the script verify_ledger.py."
      >
        {null}
      </LinkPage>
    )
  }
  return (
    <LinkPage
      title="Check a ledger"
      next={BACK}
      detail="Choose the file that you downloaded from your wallet. It stays in this browser; nothing is sent."
    >
      <div className="grid gap-4">
        <Field label="Ledger with proofs (ledger.ndjson)">
          <Input
            type="file"
            accept=".ndjson,application/x-ndjson"
            onChange={(event) => {
              const chosen = event.target.files?.[0]
              setFile(chosen)
              run(chosen, heads)
            }}
          />
        </Field>
        <Field
          label="Heads of documents that you kept (optional)"
          hint="One a line, such as 812:5e5e… It stands at the foot of invoices."
          error={held === null ? 'Write each head as entry:hash, with 64 figures.' : undefined}
        >
          <Textarea
            rows={3}
            spellCheck={false}
            value={heads}
            onChange={(event) => {
              setHeads(event.target.value)
              run(file, event.target.value)
            }}
          />
        </Field>
        <div aria-live="polite" className="min-h-24">
          <Outcome check={check} />
        </div>
      </div>
    </LinkPage>
  )
}

function Outcome({
  check,
}: {
  check: { isPending: boolean; error: unknown; data?: Awaited<ReturnType<typeof verifyLedger>> }
}) {
  if (check.isPending) return <p className="text-muted">Checking…</p>
  if (check.error) {
    const words = check.error instanceof NotALedger ? check.error.message : 'this file can’t be read'
    return (
      <Alert tone="danger" title="Not checked">
        {words}.
      </Alert>
    )
  }
  if (!check.data) return null
  const { entries, head, wrong } = check.data
  if (wrong.length === 0) {
    return (
      <Alert tone="success" title={`All ${entries} entries are right`}>
        The head is <code className="wrap-anywhere">{`${entries}:${head}`}</code>.
      </Alert>
    )
  }
  return (
    <Alert tone="danger" title="This ledger is not right">
      <ul className="list-disc pl-5">
        {wrong.map((sentence) => (
          <li key={sentence}>{sentence}.</li>
        ))}
      </ul>
    </Alert>
  )
}
