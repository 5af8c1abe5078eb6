import { describe, expect, it } from 'vitest'
import { lone } from '@/lib/series'

describe('lone', () => {
  it('finds figures that no line leads to, at the ends too', () => {
    expect(lone([null, 3, null, 4, 5, null, 0])).toEqual([1, 6])
    expect(lone([7])).toEqual([0])
    expect(lone([1, 2, 3])).toEqual([])
    expect(lone([])).toEqual([])
  })
})
