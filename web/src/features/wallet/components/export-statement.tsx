import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { exportStatement } from '@/features/wallet/api/queries'
import { toProblem } from '@/lib/api/problem'
import { useOrg } from '@/lib/use-org'

/** The whole statement as a file, with every digit. */
export function ExportStatement() {
  const { id: org } = useOrg()
  const save = useMutation({
    mutationFn: async () => {
      const url = URL.createObjectURL(await exportStatement(org))
      const link = document.createElement('a')
      link.href = url
      link.download = 'statement.csv'
      link.click()
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    },
  })
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      {save.error ? (
        <span role="alert" className="text-[13px] text-danger">
          Not exported: {toProblem(save.error).title}
        </span>
      ) : null}
      <Button size="sm" pending={save.isPending} onClick={() => save.mutate()}>
        <Download aria-hidden className="size-4" /> Export CSV
      </Button>
    </span>
  )
}
