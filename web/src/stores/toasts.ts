import { create } from 'zustand'

export interface Toast {
  id: number
  tone: 'success' | 'danger' | 'info'
  title: string
  detail?: string
  link?: { to: string; label: string }
  /** The thing that it is about: a newer word about it takes the place of the older one. */
  about?: string
  /** Several of a kind become one: "3 servers are running", with a link to them all. */
  group?: { kind: string; several: string; to: string }
  /** The things of a group, itself among them. */
  all?: string[]
}

interface Toasts {
  items: Toast[]
  push: (toast: Omit<Toast, 'id' | 'all'>) => void
  dismiss: (id: number) => void
}

const MAX_TOASTS = 4
let last = 0

/** For what happened elsewhere; an error of a form is shown in the form. */
export const useToasts = create<Toasts>((set) => ({
  items: [],
  push: (toast) => set((s) => ({ items: withToast(s.items, { ...toast, id: ++last }) })),
  dismiss: (id) => set((s) => ({ items: s.items.filter((t) => t.id !== id) })),
}))

function withToast(items: Toast[], toast: Toast): Toast[] {
  const others = toast.about ? items.filter((t) => t.about !== toast.about) : items
  const alike = toast.group && others.find((t) => t.group?.kind === toast.group?.kind)
  if (!toast.group || !alike) return [...others, toast].slice(-MAX_TOASTS)
  const all = [...new Set([...thingsOf(alike), ...thingsOf(toast)])]
  const { several, to } = toast.group
  const joined: Toast = {
    id: toast.id,
    tone: toast.tone,
    title: `${all.length} ${several}`,
    link: { to, label: 'Open list' },
    group: toast.group,
    all,
  }
  return all.length > 1 ? [...others.filter((t) => t !== alike), joined] : [...others, toast].slice(-MAX_TOASTS)
}

const thingsOf = (toast: Toast): string[] => toast.all ?? (toast.about ? [toast.about] : [String(toast.id)])
