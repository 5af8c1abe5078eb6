import { create } from 'zustand'

/** `connecting` is not yet worth a word; `retrying` and `polling` are told to the reader. */
export type LiveState = 'connecting' | 'live' | 'retrying' | 'polling'

interface Live {
  state: LiveState
  setState: (state: LiveState) => void
}

export const useLive = create<Live>((set) => ({ state: 'connecting', setState: (state) => set({ state }) }))
