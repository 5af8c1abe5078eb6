import { describe, expect, it } from 'vitest'
import { SseParser } from '@/lib/live/sse'

const STREAM = ': hello\n\nid: 7\nevent: activity\ndata: {"a":1}\n\nevent: job\r\ndata: x\r\ndata: y\r\n\r\n\nid: 8\n\n'

describe('SseParser', () => {
  it('reads ids, names and lines of data', () => {
    expect(new SseParser().push(STREAM)).toEqual([
      { id: '7', event: 'activity', data: '{"a":1}' },
      { id: null, event: 'job', data: 'x\ny' },
    ])
  })

  it('gives the same events however the bytes are cut', () => {
    const whole = new SseParser().push(STREAM)
    for (let size = 1; size < STREAM.length; size++) {
      const parser = new SseParser()
      const events = []
      for (let i = 0; i < STREAM.length; i += size) events.push(...parser.push(STREAM.slice(i, i + size)))
      expect(events, `cut in pieces of ${size}`).toEqual(whole)
    }
  })
})
