import { useState } from 'react'
import type { Column } from '@/components/table'

interface Chosen {
  list: string
  keys: string[]
  /** Where a range with Shift begins. */
  anchor: string | null
}

export interface RowSelection {
  keys: string[]
  has: (key: string) => boolean
  /** Chooses a row or leaves it out; with Shift, all rows from the last one that was clicked. */
  toggle: (key: string, on: boolean, range: boolean) => void
  togglePage: (on: boolean) => void
  clear: () => void
  /** As many as may be chosen. */
  full: boolean
}

/**
 * Which rows of a list are chosen, on all of its pages. Another list (another filter) begins with none.
 * At most `max`: what is more needs a filter.
 */
export function useRowSelection(list: string, page: string[], max: number): RowSelection {
  const [chosen, setChosen] = useState<Chosen>({ list, keys: [], anchor: null })
  const current = chosen.list === list ? chosen : { list, keys: [], anchor: null }
  const choose = (which: string[], on: boolean, anchor: string | null) => {
    const rest = current.keys.filter((key) => !which.includes(key))
    setChosen({ list, keys: on ? [...rest, ...which].slice(0, max) : rest, anchor })
  }
  return {
    keys: current.keys,
    has: (key) => current.keys.includes(key),
    toggle: (key, on, range) => {
      const [from, to] = [page.indexOf(current.anchor ?? ''), page.indexOf(key)]
      const which = range && from >= 0 && to >= 0 ? page.slice(Math.min(from, to), Math.max(from, to) + 1) : [key]
      choose(which, on, key)
    },
    togglePage: (on) => choose(page, on, null),
    clear: () => setChosen({ list, keys: [], anchor: null }),
    full: current.keys.length >= max,
  }
}

const BOX = 'block size-4 cursor-pointer accent-(--accent)'
const TARGET = '-m-1 grid size-6 cursor-pointer place-items-center touch:-m-3.5 touch:size-11'

/** The column of checkboxes: the head's chooses the page. */
export function selectionColumn<T>(
  selection: RowSelection,
  rows: T[],
  rowKey: (row: T) => string,
  label: (row: T) => string,
): Column<T> {
  const here = rows.filter((row) => selection.has(rowKey(row))).length
  return {
    id: 'select',
    head: (
      // The visible box is small; its label is the target.
      <label className={TARGET}>
        <input
          type="checkbox"
          aria-label="Select all rows on this page"
          className={BOX}
          checked={here > 0 && here === rows.length}
          disabled={rows.length === 0}
          ref={(box) => {
            if (box) box.indeterminate = here > 0 && here < rows.length
          }}
          onChange={() => selection.togglePage(here < rows.length)}
        />
      </label>
    ),
    skeleton: 'w-4',
    className: 'w-6',
    cell: (row) => {
      const key = rowKey(row)
      return (
        <label className={TARGET}>
          <input
            type="checkbox"
            aria-label={`Select ${label(row)}`}
            className={BOX}
            checked={selection.has(key)}
            disabled={selection.full && !selection.has(key)}
            // A click tells whether Shift is held, from the keyboard too; a change does not.
            readOnly
            onClick={(e) => selection.toggle(key, !selection.has(key), e.shiftKey)}
          />
        </label>
      )
    },
  }
}
