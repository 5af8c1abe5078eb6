import { useState, type BaseSyntheticEvent } from 'react'
import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form'
import type { Problem } from '@/lib/api/problem'
import { applyProblem } from '@/lib/apply-problem'

interface Submit {
  submit: (event?: BaseSyntheticEvent) => void
  /** What is left to say above the buttons; null when all of it is shown under fields. */
  problem: Problem | null
}

/** Sends a form's values once they are valid. What the API refuses goes under the fields that its pointers name. */
export function useSubmit<In extends FieldValues, Out>(
  form: UseFormReturn<In, unknown, Out>,
  fields: Partial<Record<string, FieldPath<In>>>,
  send: (values: Out) => Promise<unknown>,
): Submit {
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      await send(values)
    } catch (error) {
      setProblem(applyProblem(form, error, fields))
    }
  })
  return { submit: (event) => void submit(event), problem }
}
