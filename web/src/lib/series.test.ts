import { describe, expect, it } from 'vitest'
import { holes, lone, roundUp, withHoles } from '@/lib/series'

describe('lone', () => {
  it('finds figures that no line leads to, at the ends too', () => {
    expect(lone([null, 3, null, 4, 5, null, 0])).toEqual([1, 6])
    expect(lone([7])).toEqual([0])
    expect(lone([1, 2, 3])).toEqual([])
    expect(lone([])).toEqual([])
  })
})

it('ends a line before a hole', () => {
  const times = [0, 60, 120, 300, 360]
  const places = holes(times)
  expect(places).toEqual([{ before: 3, at: 180 }])
  expect(withHoles(times, places, (i) => places[i]?.at ?? 0)).toEqual([0, 60, 120, 180, 300, 360])
  expect(withHoles([1, 2, 3, 4, 5], places, () => null)).toEqual([1, 2, 3, null, 4, 5])
  expect(holes([0, 60, 120])).toEqual([])
  expect(holes([7])).toEqual([])
  expect(holes([])).toEqual([])
})

it('ends an axis at a round figure that small changes do not move', () => {
  expect([0, 0.4, 0.9, 1, 7, 7.4, 9.9, 42, 43.5, 980].map(roundUp)).toEqual([1, 0.5, 1, 1.5, 8, 8, 15, 50, 50, 1500])
})
