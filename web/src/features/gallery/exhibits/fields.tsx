import { useState } from 'react'
import { ComboFilter } from '@/components/combo-filter'
import { PasswordInput } from '@/components/password-input'
import { SearchField } from '@/components/search-field'
import { Segmented } from '@/components/segmented'
import { StrengthMeter } from '@/components/strength-meter'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'

const PASSWORDS = ['', 'short', 'correct horse', 'correct-Horse7-battery']
const REGIONS = [
  { value: 'eu', label: 'Frankfurt', detail: '12' },
  { value: 'us', label: 'Newark, NJ', detail: '3' },
  { value: 'long', label: LONG, detail: '1' },
]

function Segments() {
  const [value, setValue] = useState<'1h' | '24h' | '7d'>('24h')
  const options = [
    { value: '1h', label: '1 h' },
    { value: '24h', label: '24 h' },
    { value: '7d', label: '7 d' },
  ] as const
  return <Segmented label="Window" value={value} options={[...options]} onChange={setValue} />
}

function Combo({ first = '' }: { first?: string }) {
  const [chosen, setChosen] = useState(first)
  const [text, setText] = useState('')
  return (
    <ComboFilter
      label="Region"
      chosen={chosen}
      options={REGIONS.filter((r) => r.label.toLowerCase().includes(text.toLowerCase()))}
      onText={setText}
      onPick={(value) => setChosen(REGIONS.find((r) => r.value === value)?.label ?? '')}
    />
  )
}

export const exhibit: Exhibit = {
  title: 'Fields and choices',
  states: [
    {
      name: 'Plain, with a hint',
      Show: () => (
        <Field label="Server name" hint="Letters, digits and hyphens.">
          <Input defaultValue="web-1" autoComplete="off" />
        </Field>
      ),
    },
    {
      name: 'Refused',
      Show: () => (
        <Field
          label="Server name"
          error="Another server has this name. Choose a different one."
          hint="It can be changed."
        >
          <Input defaultValue={LONG} autoComplete="off" />
        </Field>
      ),
    },
    {
      name: 'Disabled, with an aside',
      Show: () => (
        <Field label="Endpoint" aside={<span className="text-[13px] text-muted">Optional</span>}>
          <Input disabled placeholder="https://" />
        </Field>
      ),
    },
    {
      name: 'Select',
      Show: () => (
        <div className="gallery-rows">
          <Field label="Plan">
            <Select defaultValue="long">
              <option>Small</option>
              <option value="long">{LONG}</option>
            </Select>
          </Field>
          <Field label="Image" error="Choose an image.">
            <Select>
              <option>Choose…</option>
            </Select>
          </Field>
        </div>
      ),
    },
    {
      name: 'Text',
      Show: () => (
        <div className="gallery-rows">
          <Field label="Public key">
            <Textarea defaultValue={`ssh-ed25519 ${'A'.repeat(68)} ada@laptop`} />
          </Field>
          <Field label="Notes" error="Use at most 2,000 characters.">
            <Textarea />
          </Field>
        </div>
      ),
    },
    {
      name: 'Password and its strength',
      Show: () => (
        <div className="gallery-rows">
          <Field label="Password">
            <PasswordInput autoComplete="new-password" defaultValue="correct horse" />
          </Field>
          {PASSWORDS.map((password) => (
            <StrengthMeter key={password} password={password} minLength={12} />
          ))}
        </div>
      ),
    },
    {
      name: 'Choice cards',
      Show: () => (
        <ChoiceGroup legend="Distribution" className="gallery-rows">
          <Choice name="gallery-image" defaultChecked>
            Debian 13
          </Choice>
          <Choice name="gallery-image">Alpine 3.21</Choice>
          <Choice name="gallery-image">{LONG}</Choice>
          <Choice name="gallery-image" disabled>
            Windows (not sold here)
          </Choice>
        </ChoiceGroup>
      ),
    },
    {
      name: 'Choice, refused',
      Show: () => (
        <ChoiceGroup legend="Region" error="Choose a region." className="gallery-rows">
          <Choice name="gallery-region">Frankfurt</Choice>
        </ChoiceGroup>
      ),
    },
    { name: 'Segmented', Show: Segments },
    { name: 'Search', Show: () => <SearchField label="Search the gallery" placeholder="Search by name or IP" /> },
    {
      name: 'Combo filter',
      Show: () => (
        <div className="gallery-rows">
          <Combo />
          <Combo first={LONG} />
        </div>
      ),
    },
  ],
}
