import { zodResolver } from '@hookform/resolvers/zod'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { Form } from '@/components/form'
import { LoadMore } from '@/components/load-more'
import { ProblemAlert } from '@/components/problem-alert'
import { RetryPanel } from '@/components/retry-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Skeleton } from '@/components/ui/skeleton'
import { Textarea } from '@/components/ui/textarea'
import { useDeleteNote, useWriteNote } from '@/features/customers/api/mutations'
import { notesQuery } from '@/features/customers/api/queries'
import type { Note } from '@/lib/api/types'
import { useMe } from '@/lib/use-me'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialogOf } from '@/lib/use-url'

const MAX_CHARS = 4000

const schema = z.object({
  body: z.string().check(
    z.trim(),
    z.minLength(1, 'Write something first.'),
    z.refine((text) => Array.from(text).length <= MAX_CHARS, `At most ${MAX_CHARS} characters.`),
  ),
})

/** What administrators write to each other about a customer, who never sees it. */
export function Notes({ org }: { org: string }) {
  const query = useInfiniteQuery(notesQuery(org))
  const notes = query.data?.pages.flatMap((page) => page.items)
  return (
    <Card aria-label="Notes">
      <CardBody className="border-b">
        <NoteForm org={org} />
      </CardBody>
      {notes ? (
        notes.length === 0 ? (
          <p className="px-5 py-8 text-center text-muted">No notes yet.</p>
        ) : (
          <ul aria-label="Notes">
            {notes.map((note) => (
              <NoteRow key={note.id} org={org} note={note} />
            ))}
          </ul>
        )
      ) : query.isError ? (
        <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton className="m-5 h-24" />
      )}
      <LoadMore query={query} />
    </Card>
  )
}

function NoteForm({ org }: { org: string }) {
  const write = useWriteNote(org)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { body: '' } })
  const { submit, problem } = useSubmit(form, { '/body': 'body' }, async ({ body }) => {
    await write.mutateAsync(body)
    form.reset({ body: '' })
  })
  return (
    <Form onSubmit={submit} className="grid gap-3">
      <Field
        label="New note"
        hint="Administrators alone see it, with your name."
        error={form.formState.errors.body?.message}
      >
        <Textarea rows={3} {...form.register('body')} />
      </Field>
      <ProblemAlert error={problem} />
      <div>
        <Button type="submit" pending={write.isPending}>
          Save note
        </Button>
      </div>
    </Form>
  )
}

function NoteRow({ org, note }: { org: string; note: Note }) {
  const { user } = useMe()
  const remove = useDeleteNote(org)
  const { dialog, of, show, close } = useUrlDialogOf()
  return (
    <li className="flex items-start gap-4 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere whitespace-pre-wrap">{note.body}</p>
        <p className="mt-1 text-[13px] text-muted">
          {note.author.name}, <At at={note.created_at} />
        </p>
      </div>
      {note.author.id === user.id ? (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Delete this note"
          onClick={() => show('delete-note', note.id)}
        >
          <Trash2 aria-hidden className="size-4" />
        </Button>
      ) : null}
      <ConfirmDialog
        open={dialog === 'delete-note' && of === note.id}
        onOpenChange={close}
        title="Delete this note?"
        confirm="Delete note"
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(note.id, { onSuccess: close })}
      >
        <p>It cannot be brought back.</p>
      </ConfirmDialog>
    </li>
  )
}
