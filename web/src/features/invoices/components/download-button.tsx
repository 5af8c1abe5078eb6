import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { toProblem } from '@/lib/api/problem'
import { saveBlob } from '@/lib/save-blob'

interface DownloadButtonProps {
  label: string
  /** What the file is called. */
  name: string
  load: () => Promise<Blob>
}

/** A button that fetches a file and gives it to the person. */
export function DownloadButton({ label, name, load }: DownloadButtonProps) {
  const save = useMutation({ mutationFn: async () => saveBlob(await load(), name) })
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      {save.error ? (
        <span role="alert" className="text-[13px] text-danger">
          Not downloaded: {toProblem(save.error).title}
        </span>
      ) : null}
      <Button size="sm" pending={save.isPending} onClick={() => save.mutate()}>
        <Download aria-hidden className="size-4" /> {label}
      </Button>
    </span>
  )
}
