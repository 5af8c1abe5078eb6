import { create } from 'zustand'

interface Keys {
  open: boolean
  setOpen: (open: boolean) => void
}

/** The list of keys, which `?` shows. */
export const useKeys = create<Keys>((set) => ({ open: false, setOpen: (open) => set({ open }) }))
