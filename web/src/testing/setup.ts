import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, vi } from 'vitest'

/** The rest of a MediaQueryList, which nothing here calls. */
const FORMER_LISTENERS = { onchange: null, addListener: () => undefined, removeListener: () => undefined }

// A machine that builds at the same time is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 })

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  if (typeof document === 'undefined') return
  cleanup()
  localStorage.clear()
  sessionStorage.clear()
})

if (typeof window !== 'undefined') {
  // What the primitives ask of a browser and jsdom lacks.
  window.matchMedia = (media) => Object.assign(new EventTarget(), { matches: false, media, ...FORMER_LISTENERS })
  window.scrollTo = () => undefined
  Element.prototype.scrollIntoView = () => undefined
  Element.prototype.hasPointerCapture = () => false
  Element.prototype.setPointerCapture = () => undefined
  Element.prototype.releasePointerCapture = () => undefined
  window.ResizeObserver = class {
    observe() {
      return undefined
    }
    unobserve() {
      return undefined
    }
    disconnect() {
      return undefined
    }
  }
}
