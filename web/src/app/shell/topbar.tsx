import { Keyboard, LogOut, Menu as MenuIcon, Monitor, Moon, Search, Sun, User, UserCog } from 'lucide-react'
import { useNavigate } from 'react-router'
import { WalletChip } from '@/app/shell/wallet-chip'
import { Button } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { MenuRadio } from '@/components/ui/menu-radio'
import { useSignOut } from '@/features/auth/api/mutations'
import { ACCOUNT_TABS } from '@/features/account/tabs'
import { initialsOf } from '@/lib/initials'
import { useMe } from '@/lib/use-me'
import { useTabOrg } from '@/lib/use-memberships'
import { useKeys } from '@/stores/keys'
import { usePalette } from '@/stores/palette'
import { useUi, type Theme } from '@/stores/ui'

const THEMES = [
  { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
  { value: 'system', label: 'System', icon: <Monitor aria-hidden /> },
]

export function Topbar({ onOpenNav }: { onOpenNav: () => void }) {
  const org = useTabOrg()
  return (
    <header className="flex h-14 items-center gap-2 border-b bg-surface px-3 sm:gap-3 sm:px-5">
      <Button variant="ghost" size="icon" className="lg:hidden" aria-label="Open navigation" onClick={onOpenNav}>
        <MenuIcon aria-hidden className="size-5" />
      </Button>
      <SearchButton />
      <div className="ml-auto flex items-center gap-1 sm:gap-2">
        {org?.may.includes('wallet:read') ? <WalletChip org={org.id} /> : null}
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  )
}

function SearchButton() {
  const { setOpen } = usePalette()
  const mac = /Mac|iP(hone|ad)/.test(navigator.userAgent)
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-label="Search pages, servers and actions"
        aria-keyshortcuts="Control+K Meta+K"
        className="hidden h-9 w-full max-w-sm items-center gap-2 rounded-md border bg-background px-3 text-left text-muted hover:border-line sm:flex"
      >
        <Search aria-hidden className="size-4" />
        <span className="flex-1 truncate">Search…</span>
        <span aria-hidden className="flex gap-1">
          <Kbd>{mac ? '⌘' : 'Ctrl'}</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
      <Button
        variant="ghost"
        size="icon"
        className="sm:hidden"
        aria-label="Search pages, servers and actions"
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden className="size-5" />
      </Button>
    </>
  )
}

function ThemeMenu() {
  const { theme, setTheme } = useUi()
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label="Theme">
          <Sun aria-hidden className="size-4 dark:hidden" />
          <Moon aria-hidden className="hidden size-4 dark:block" />
        </Button>
      }
    >
      <MenuRadio label="Theme" value={theme} onValueChange={(value) => setTheme(value as Theme)} options={THEMES} />
    </Menu>
  )
}

function AccountMenu() {
  const { user, role } = useMe()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const initials = initialsOf(user.name || user.email)
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Account"
          className="grid size-9 place-items-center rounded-full touch:size-11"
        >
          <span className="grid size-8 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent">
            {initials || <User aria-hidden className="size-4" />}
          </span>
        </button>
      }
    >
      <div className="max-w-64 px-2.5 py-2">
        <p className="font-medium wrap-anywhere">{user.name}</p>
        <p className="text-[13px] wrap-anywhere text-muted">{user.email}</p>
        {role === 'user' ? null : (
          <p className="mt-0.5 text-xs text-muted">{role === 'admin' ? 'Administrator' : 'Read-only'}</p>
        )}
      </div>
      <MenuSeparator />
      {ACCOUNT_TABS.length > 0 ? (
        <MenuItem onSelect={() => void navigate('/account')}>
          <UserCog aria-hidden /> Your account
        </MenuItem>
      ) : null}
      <MenuItem onSelect={() => useKeys.getState().setOpen(true)}>
        <Keyboard aria-hidden /> <span className="flex-1">Keys</span> <Kbd>?</Kbd>
      </MenuItem>
      <MenuItem onSelect={() => signOut.mutate()}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}
