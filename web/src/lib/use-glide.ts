import { useLayoutEffect, useRef, type RefObject } from 'react'

const MS = 180
/** What moves farther was sorted or filtered, not pushed aside. */
const FARTHEST_PX = 200

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/**
 * Lets the children of an element glide to their new places when others come or go above them: news in a list
 * shows where it came from, and nothing jumps under the eye. `keys` are the children's, in their order.
 */
export function useGlide<E extends HTMLElement>(keys: readonly string[] | undefined): RefObject<E | null> {
  const host = useRef<E>(null)
  const tops = useRef(new Map<string, number>())
  const order = keys?.join('\n')
  useLayoutEffect(() => {
    const before = tops.current
    const now = new Map<string, number>()
    const children = host.current?.children ?? []
    for (const [i, key] of (keys ?? []).entries()) {
      const child = children[i]
      if (!(child instanceof HTMLElement)) continue
      now.set(key, child.offsetTop)
      const by = (before.get(key) ?? child.offsetTop) - child.offsetTop
      if (by === 0 || Math.abs(by) > FARTHEST_PX || still()) continue
      child.animate?.([{ transform: `translateY(${by}px)` }, { transform: 'none' }], {
        duration: MS,
        easing: 'ease-out',
      })
    }
    tops.current = now
    // The places are read again when the order changes, not whenever a cell does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [order])
  return host
}
