import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { Form } from '@/components/form'
import { Alert } from '@/components/ui/alert'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

type Wrong = 'region' | 'name' | 'all' | null

function Order({ answers }: { answers: Wrong[] }) {
  const [n, setN] = useState(-1)
  const wrong = answers[n] ?? null
  return (
    <Form
      onSubmit={(e) => {
        e.preventDefault()
        setN(n + 1)
      }}
    >
      <ChoiceGroup legend="Region" error={wrong === 'region' ? 'Choose a region.' : undefined}>
        <Choice name="region">Frankfurt</Choice>
      </ChoiceGroup>
      <Field label="Name" error={wrong === 'name' || wrong === 'region' ? 'Taken.' : undefined}>
        <Input />
      </Field>
      {wrong === 'all' ? <Alert tone="danger" live title="No credit" /> : null}
      <button type="submit">Order</button>
    </Form>
  )
}

it('goes to the first of what was refused: a choice, a field, what is said of the whole', async () => {
  const user = userEvent.setup()
  render(<Order answers={['region', 'name', 'all']} />)
  const order = screen.getByRole('button', { name: 'Order' })
  await user.click(order)
  await waitFor(() => expect(screen.getByRole('radio', { name: 'Frankfurt' })).toHaveFocus())
  await user.click(order)
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Name' })).toHaveFocus())
  await user.click(order)
  await waitFor(() => expect(screen.getByRole('alert')).toHaveFocus())
})

it('moves the focus neither while a person types nor when nothing was sent', async () => {
  const user = userEvent.setup()
  render(<Order answers={['name', 'all']} />)
  const name = screen.getByRole('textbox', { name: 'Name' })
  await user.click(screen.getByRole('button', { name: 'Order' }))
  await waitFor(() => expect(name).toHaveFocus())
  await user.type(name, 'web-1{Enter}')
  expect(await screen.findByRole('alert')).toBeInTheDocument()
  expect(name).toHaveFocus()
})
