/** For how long a lock is waited for: a tab that the browser froze may hold it. */
const PATIENCE_MS = 10_000

const locks = (): LockManager | undefined =>
  // Plain http off this computer has none, whatever the types say.
  (globalThis.navigator as { locks?: LockManager } | undefined)?.locks

/**
 * Runs one such piece of work at a time in all tabs of this browser, and tells it whether it waited for another's.
 * Without locks, or when the holder does not finish, it runs all the same: whatever relies on this must only be spared
 * work by it.
 */
export async function oneAtATime<T>(name: string, run: (waited: boolean) => Promise<T>): Promise<T> {
  const manager = locks()
  if (!manager) return run(false)
  const atOnce = await manager.request(name, { ifAvailable: true }, async (lock) =>
    lock ? { value: await run(false) } : null,
  )
  if (atOnce) return atOnce.value
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  let began = false
  try {
    return await manager.request(name, { signal: patience.signal }, () => {
      began = true
      clearTimeout(timer)
      return run(true)
    })
  } catch (error) {
    if (began) throw error
    return run(false)
  } finally {
    clearTimeout(timer)
  }
}
