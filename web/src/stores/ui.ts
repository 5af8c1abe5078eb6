import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export type Theme = 'light' | 'dark' | 'system'

interface Ui {
  theme: Theme
  sidebarCollapsed: boolean
  /** Of the jobs page, whose list comes first. */
  statisticsOpen: boolean
  queuesOpen: boolean
  setTheme: (theme: Theme) => void
  toggleSidebar: () => void
  setStatisticsOpen: (open: boolean) => void
  setQueuesOpen: (open: boolean) => void
}

/** Preferences of this browser; index.html reads the theme from the same place before the first paint. */
export const useUi = create<Ui>()(
  persist(
    (set) => ({
      theme: 'system',
      sidebarCollapsed: false,
      statisticsOpen: false,
      queuesOpen: false,
      setTheme: (theme) => set({ theme }),
      setStatisticsOpen: (statisticsOpen) => set({ statisticsOpen }),
      setQueuesOpen: (queuesOpen) => set({ queuesOpen }),
      toggleSidebar: () => set((s) => ({ sidebarCollapsed: !s.sidebarCollapsed })),
    }),
    { name: 'sp.ui' },
  ),
)

/** Follows the choice, and the system where that is the choice. Returns the way to stop. */
export function watchTheme(): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const { theme } = useUi.getState()
    document.documentElement.classList.toggle('dark', theme === 'dark' || (theme === 'system' && media.matches))
  }
  apply()
  media.addEventListener('change', apply)
  const stop = useUi.subscribe(apply)
  return () => {
    media.removeEventListener('change', apply)
    stop()
  }
}
