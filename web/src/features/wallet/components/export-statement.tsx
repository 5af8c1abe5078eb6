import { useMutation } from '@tanstack/react-query'
import { FileCheck, FileText } from 'lucide-react'
import { ExportMenu } from '@/components/export-menu'
import { OrgLink } from '@/components/org-link'
import { Button } from '@/components/ui/button'
import { exportProofs, walletFiles } from '@/features/wallet/api/queries'
import { toProblem } from '@/lib/api/problem'
import { saveBlob } from '@/lib/save-blob'
import { useOrg } from '@/lib/use-org'

/** The statement and its hours as files, with every digit; the ledger with its proofs; and the way to the invoices. */
export function ExportStatement() {
  const { id: org } = useOrg()
  const prove = useMutation({ mutationFn: async () => saveBlob(await exportProofs(org), 'ledger.ndjson') })
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      {prove.error ? (
        <span role="alert" className="text-[13px] text-danger">
          Not exported: {toProblem(prove.error).title}
        </span>
      ) : null}
      <OrgLink to="/wallet/invoices" className="inline-flex items-center gap-1 text-[13px] font-medium text-accent">
        <FileText aria-hidden className="size-4" /> Invoices
      </OrgLink>
      <Button size="sm" pending={prove.isPending} onClick={() => prove.mutate()}>
        <FileCheck aria-hidden className="size-4" /> Ledger with proofs
      </Button>
      <ExportMenu files={walletFiles(org)} />
    </span>
  )
}
