import { useMutation } from '@tanstack/react-query'
import { ChevronDown, Download } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem } from '@/components/ui/menu'
import { toProblem } from '@/lib/api/problem'
import { saveBlob } from '@/lib/save-blob'

interface ExportFile {
  /** What it holds, and how it is written: "Statement, CSV". */
  label: string
  /** What the file is called. */
  name: string
  load: () => Promise<Blob>
}

/** What a list holds as a file, in each way that it is written. */
export function ExportMenu({ files }: { files: ExportFile[] }) {
  const save = useMutation({ mutationFn: async ({ load, name }: ExportFile) => saveBlob(await load(), name) })
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      {save.error ? (
        <span role="alert" className="text-[13px] text-danger">
          Not exported: {toProblem(save.error).title}
        </span>
      ) : null}
      <Menu
        trigger={
          <Button size="sm" pending={save.isPending}>
            <Download aria-hidden className="size-4" /> Export <ChevronDown aria-hidden className="size-3.5" />
          </Button>
        }
      >
        {files.map((file) => (
          <MenuItem key={file.name} onSelect={() => save.mutate(file)}>
            {file.label}
          </MenuItem>
        ))}
      </Menu>
    </span>
  )
}
