import { Moon, Sun, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ExportMenu } from '@/components/export-menu'
import { UrlTabs } from '@/components/ui/tabs'
import { Button } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/menu'
import { MenuRadio } from '@/components/ui/menu-radio'
import { Tooltip } from '@/components/ui/tooltip'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { FAILURE } from '@/features/gallery/queries'

function Themes() {
  const [value, setValue] = useState('light')
  const options = [
    { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
    { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
    { value: 'long', label: LONG, detail: 'Read-only' },
  ]
  return (
    <Menu trigger={<Button>Theme</Button>}>
      <MenuRadio label="Theme" value={value} onValueChange={setValue} options={options} />
    </Menu>
  )
}

const tab = (id: string, label: string) => ({ id, label, content: <p>{label}: what it holds.</p> })

export const exhibit: Exhibit = {
  title: 'Menus, tabs, keys',
  states: [
    {
      name: 'Menu',
      Show: () => (
        <Menu trigger={<Button>Actions</Button>} align="start">
          <MenuLabel>web-1</MenuLabel>
          <MenuItem>Rename</MenuItem>
          <MenuItem disabled>Resize (stop it first)</MenuItem>
          <MenuItem>{LONG}</MenuItem>
          <MenuSeparator />
          <MenuItem danger>
            <Trash2 aria-hidden /> Delete
          </MenuItem>
        </Menu>
      ),
    },
    { name: 'Choice in a menu', Show: Themes },
    {
      name: 'Tooltip and keys',
      Show: () => (
        <div className="gallery-row">
          <Tooltip content="Runs once more from the step that failed">
            <Button>Retry</Button>
          </Tooltip>
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
          <Kbd>?</Kbd>
        </div>
      ),
    },
    {
      name: 'Export',
      Show: () => (
        <ExportMenu
          files={[
            { label: 'Statement, CSV', name: 'statement.csv', load: () => Promise.resolve(new Blob(['time'])) },
            { label: 'Refused', name: 'refused.csv', load: () => Promise.reject(FAILURE) },
          ]}
        />
      ),
    },
    {
      name: 'Tabs',
      Show: () => (
        <UrlTabs
          label="Parts of a server"
          param="few"
          tabs={[tab('activity', 'Activity'), tab('jobs', 'Jobs'), tab('settings', 'Settings')]}
        />
      ),
    },
    {
      name: 'More tabs than a phone is wide',
      wide: true,
      Show: () => (
        <UrlTabs
          label="Many parts"
          param="many"
          tabs={['Overview', 'Activity', 'Networking', 'Backups', 'Metrics', 'Settings', 'Danger'].map((name) =>
            tab(name.toLowerCase(), name),
          )}
        />
      ),
    },
  ],
}
