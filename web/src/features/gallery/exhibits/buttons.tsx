import { Plus, Trash2 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import type { Exhibit } from '@/features/gallery/exhibit'

const VARIANTS = ['primary', 'secondary', 'ghost', 'danger', 'danger-quiet'] as const
const SIZES = ['sm', 'md', 'lg'] as const

export const exhibit: Exhibit = {
  title: 'Buttons',
  states: [
    ...VARIANTS.map((variant) => ({
      name: variant,
      Show: () => (
        <div className="gallery-row">
          <Button variant={variant}>
            <Plus aria-hidden className="size-4" /> Create server
          </Button>
          <Button variant={variant} pending>
            Pending
          </Button>
          <Button variant={variant} disabled>
            Disabled
          </Button>
        </div>
      ),
    })),
    {
      name: 'Sizes',
      Show: () => (
        <div className="gallery-row">
          {SIZES.map((size) => (
            <Button key={size} size={size}>
              {size}
            </Button>
          ))}
          <Button size="icon" aria-label="Delete">
            <Trash2 aria-hidden className="size-4" />
          </Button>
          <Button size="icon-sm" aria-label="Delete, small">
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
      ),
    },
  ],
}
