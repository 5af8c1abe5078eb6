import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form'
import { toProblem, type Problem } from '@/lib/api/problem'

/**
 * Puts what the API refused under the fields it points at. Returns the problem when something is
 * left to say above the form, null when all of it is shown under fields.
 */
export function applyProblem<T extends FieldValues>(
  form: Pick<UseFormReturn<T>, 'setError'>,
  error: unknown,
  fields: Partial<Record<string, FieldPath<T>>>,
): Problem | null {
  const problem = toProblem(error)
  let left = problem.fields.length === 0
  let first = true
  for (const { pointer, detail } of problem.fields) {
    const field = fields[pointer] ?? fields[`/${pointer.split('/')[1] ?? ''}`]
    if (field) {
      form.setError(field, { type: 'server', message: detail }, { shouldFocus: first })
      first = false
    } else left = true
  }
  return left ? problem : null
}
