type Run = (lock: object | null) => unknown

/** What tabs need of the browser's locks: one holder a name, a queue, leaving it, and stealing. */
export class FakeLocks {
  #holders = new Map<string, { lose: (reason: unknown) => void }>()
  #queues = new Map<string, (() => void)[]>()

  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean; ifAvailable?: boolean },
    run: Run,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new DOMException('given up', 'AbortError'))
      const begin = () => {
        const holder = { lose: refuse }
        this.#holders.set(name, holder)
        void Promise.resolve(run(holder)).then((value) => {
          resolve(value)
          if (this.#holders.get(name) === holder) this.#next(name)
        }, reject)
      }
      const holder = this.#holders.get(name)
      if (!holder) return begin()
      if (options.ifAvailable) return resolve(run(null))
      if (options.steal) {
        holder.lose(new DOMException('stolen', 'AbortError'))
        return begin()
      }
      const queue = this.#queues.get(name) ?? []
      this.#queues.set(name, [...queue, begin])
      options.signal?.addEventListener('abort', () => {
        this.#queues.set(
          name,
          (this.#queues.get(name) ?? []).filter((b) => b !== begin),
        )
        refuse()
      })
    })
  }

  #next(name: string) {
    this.#holders.delete(name)
    const [first, ...rest] = this.#queues.get(name) ?? []
    this.#queues.set(name, rest)
    ;(first as (() => void) | undefined)?.()
  }
}
