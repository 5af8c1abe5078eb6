import { CodeBlock } from '@/components/code-block'
import { CopyText } from '@/components/copy-text'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog-actions'
import type { MadeApiKey } from '@/lib/api/types'

/** The text of a key that was just made. It is never shown again. */
export function KeyText({ made, onDone }: { made: MadeApiKey; onDone: () => void }) {
  const call = `curl ${globalThis.location.origin}/api/vps \\\n  -H "Authorization: Bearer $SKYPANEL_API_KEY"`
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Alert tone="warning" title="Copy it now">
        It is shown this once. Only a fingerprint of it is stored, so it cannot be shown again. Everyone who has it can
        do what it may.
      </Alert>
      <CopyText text={made.text} what="API key" wrap className="rounded-md border bg-surface-2 p-3" />
      <div className="grid gap-1.5">
        <h3 className="text-[13px] font-medium">Try it</h3>
        <CodeBlock label="Command" what="command" text={call} />
      </div>
      <DialogActions>
        <Button variant="primary" onClick={onDone}>
          I have copied it
        </Button>
      </DialogActions>
    </div>
  )
}
