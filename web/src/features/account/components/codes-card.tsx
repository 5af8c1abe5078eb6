import { useState } from 'react'
import { useMakeCodes } from '@/features/account/api/factors'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { DialogActions } from '@/components/ui/dialog-actions'
import type { Factors } from '@/lib/api/types'
import { copyText } from '@/lib/clipboard'
import { useConfig } from '@/lib/use-config'

/** Recovery codes: made on request, shown once. */
export function CodesCard({ factors }: { factors: Factors }) {
  const make = useMakeCodes()
  const [asking, setAsking] = useState(false)
  const hasFactor = factors.app != null || factors.passkeys.length > 0
  const left = factors.recovery_codes
  return (
    <Card aria-labelledby="codes-card">
      <CardHeader
        id="codes-card"
        title="Recovery codes"
        detail="For when your phone or passkey is lost. Each works once; keep them where you keep papers."
        action={
          hasFactor ? (
            <Button onClick={() => setAsking(true)}>{left > 0 ? 'Make new codes' : 'Make codes'}</Button>
          ) : null
        }
      />
      <CardBody>
        {hasFactor ? (
          <p className={left < 3 ? 'text-warning' : ''}>
            {left === 0 ? 'You have no codes. Without them, a lost phone locks you out.' : `${left} of 10 are left.`}
          </p>
        ) : (
          <p className="text-muted">Add an authenticator app or a passkey first: the codes stand in for those.</p>
        )}
      </CardBody>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Make recovery codes"
        confirm="Make codes"
        onConfirm={() => make.mutate(undefined, { onSuccess: () => setAsking(false) })}
        pending={make.isPending}
        error={make.error}
      >
        <p>
          You get ten codes, which are shown once.
          {left > 0 ? ' The codes that you have now are void from then on.' : ''}
        </p>
      </ConfirmDialog>
      <Dialog
        open={make.data !== undefined}
        onOpenChange={(open) => {
          if (!open) make.reset()
        }}
        title="Your recovery codes"
        detail="They are shown only now. Print or save them before you close this."
      >
        {make.data ? <Codes codes={make.data.codes} onDone={() => make.reset()} /> : null}
      </Dialog>
    </Card>
  )
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { company_name } = useConfig()
  const [copied, setCopied] = useState<'copied' | 'refused' | null>(null)
  const text = codes.join('\n')
  const download = () => {
    const url = URL.createObjectURL(
      new Blob([`Recovery codes of ${company_name}\n\n${text}\n`], { type: 'text/plain' }),
    )
    const link = document.createElement('a')
    link.href = url
    link.download = 'recovery-codes.txt'
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }
  return (
    <>
      <ol className="grid list-decimal gap-1 pl-8 font-mono text-[13px]" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code} className="break-all">
            {code}
          </li>
        ))}
      </ol>
      <p role="status" className="mt-3 min-h-5 text-[13px] text-muted">
        {copied === 'copied' ? 'Copied' : copied === 'refused' ? 'Not copied: select them by hand' : ''}
      </p>
      <DialogActions>
        <Button onClick={() => void copyText(text).then((done) => setCopied(done ? 'copied' : 'refused'))}>Copy</Button>
        <Button onClick={download}>Download</Button>
        <Button variant="primary" onClick={onDone}>
          I have saved them
        </Button>
      </DialogActions>
    </>
  )
}
