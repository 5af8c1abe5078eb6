/**
 * Acts that ask for a fresh proof of who one is (`step_up_required`). The request waits while the person is asked, and
 * is sent again, as it was, once they have shown it.
 */
type Ask = () => Promise<boolean>

let ask: Ask | null = null
let asking: Promise<boolean> | null = null

/** The code of the refusal. */
export const STEP_UP_REQUIRED = 'step_up_required'

/** The one who shows the dialog says so here. Returns the way to stop. */
export function onStepUp(asker: Ask): () => void {
  ask = asker
  return () => {
    if (ask === asker) ask = null
  }
}

/** Asks the person, once for all requests that wait; false when they leave it, or no dialog can ask. */
export function stepUp(): Promise<boolean> {
  if (!ask) return Promise.resolve(false)
  asking ??= ask().finally(() => {
    asking = null
  })
  return asking
}

/** Whether a dialog is there to ask. */
export const canStepUp = () => ask !== null
