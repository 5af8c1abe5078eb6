export interface SseEvent {
  id: string | null
  event: string
  data: string
}

/** Splits a text/event-stream into events, however its bytes were cut. */
export class SseParser {
  #buffer = ''
  #id: string | null = null
  #event = ''
  #data: string[] = []

  push(chunk: string): SseEvent[] {
    this.#buffer += chunk
    const lines = this.#buffer.split(/\r\n|\n|\r(?!$)/)
    this.#buffer = lines.pop() ?? ''
    return lines.flatMap((line) => this.#line(line) ?? [])
  }

  #line(line: string): SseEvent | null {
    if (line === '') return this.#dispatch()
    if (line.startsWith(':')) return null
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#event = value
    else if (field === 'id') this.#id = value
    return null
  }

  #dispatch(): SseEvent | null {
    const event =
      this.#data.length > 0 ? { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') } : null
    this.#id = null
    this.#event = ''
    this.#data = []
    return event
  }
}
