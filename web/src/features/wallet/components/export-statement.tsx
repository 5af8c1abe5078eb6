import { useMutation } from '@tanstack/react-query'
import { Download, FileCheck, FileText } from 'lucide-react'
import { OrgLink } from '@/components/org-link'
import { Button } from '@/components/ui/button'
import { exportProofs, exportStatement } from '@/features/wallet/api/queries'
import { toProblem } from '@/lib/api/problem'
import { saveBlob } from '@/lib/save-blob'
import { useOrg } from '@/lib/use-org'

/** The whole statement as a file, with every digit; the same with its proofs; and the way to the invoices. */
export function ExportStatement() {
  const { id: org } = useOrg()
  const save = useMutation({ mutationFn: async () => saveBlob(await exportStatement(org), 'statement.csv') })
  const prove = useMutation({ mutationFn: async () => saveBlob(await exportProofs(org), 'ledger.ndjson') })
  const error = save.error ?? prove.error
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      {error ? (
        <span role="alert" className="text-[13px] text-danger">
          Not exported: {toProblem(error).title}
        </span>
      ) : null}
      <OrgLink to="/wallet/invoices" className="inline-flex items-center gap-1 text-[13px] font-medium text-accent">
        <FileText aria-hidden className="size-4" /> Invoices
      </OrgLink>
      <Button size="sm" pending={prove.isPending} onClick={() => prove.mutate()}>
        <FileCheck aria-hidden className="size-4" /> Ledger with proofs
      </Button>
      <Button size="sm" pending={save.isPending} onClick={() => save.mutate()}>
        <Download aria-hidden className="size-4" /> Export CSV
      </Button>
    </span>
  )
}
