import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { Flag } from '@/components/flag'

it('is a picture within the script, so that no region costs a request', async () => {
  render(<Flag country="de" />)
  const picture = await screen.findByRole('presentation')
  expect(picture).toHaveAttribute('src', expect.stringMatching(/^data:image\/svg/))
})

it('is the country’s letters where we have no picture', async () => {
  render(<Flag country="xx" />)
  expect(await screen.findByText('xx')).toBeInTheDocument()
})
