import { create } from 'zustand'

export interface Toast {
  id: number
  tone: 'success' | 'danger' | 'info'
  title: string
  detail?: string
  link?: { to: string; label: string }
}

interface Toasts {
  items: Toast[]
  push: (toast: Omit<Toast, 'id'>) => void
  dismiss: (id: number) => void
}

const MAX_TOASTS = 4
let last = 0

/** For what happened elsewhere; an error of a form is shown in the form. */
export const useToasts = create<Toasts>((set) => ({
  items: [],
  push: (toast) => set((s) => ({ items: [...s.items, { ...toast, id: ++last }].slice(-MAX_TOASTS) })),
  dismiss: (id) => set((s) => ({ items: s.items.filter((t) => t.id !== id) })),
}))
