import { CopyText } from '@/components/copy-text'

/** Text for machines, to read and to copy. */
export function CodeBlock({ label, what, text }: { label: string; what: string; text: string }) {
  return (
    <div className="grid gap-2">
      <pre
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable block has to be reachable by keyboard
        tabIndex={0}
        aria-label={label}
        className="max-h-96 overflow-y-auto rounded-md border bg-surface-2 p-4 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap"
      >
        {text}
      </pre>
      <CopyText text={text} what={what} className="justify-self-start">
        Copy {what}
      </CopyText>
    </div>
  )
}
