import type { Rolldown } from 'vite'

/**
 * Few and large chunks. Left to itself the bundler writes one for each set of pages that share a module,
 * and a page asked for 30 to 60 of them.
 */

type Context = Rolldown.ChunkingContext

const closures = new Map<string, Set<string>>()

/** The modules that this one needs before it can run, itself included. */
function closureOf(root: string, ctx: Context): Set<string> {
  const known = closures.get(root)
  if (known) return known
  const found = new Set<string>()
  const open = [root]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(ctx.getModuleInfo(id)?.importedIds ?? []))
  }
  closures.set(root, found)
  return found
}

const FORMS = /node_modules[\\/](?:zod|react-hook-form|@hookform)[\\/]/

interface Roots {
  /** What every page needs. */
  entry: string
  /** The smallest page with a form: what it needs, forms need. */
  form: string
  /** The frame around the pages of a signed-in person. */
  frame: string
}

/** The chunks, for `build.rollupOptions.output.codeSplitting`, from absolute paths of modules. */
export function chunks({ entry, form, frame }: Roots) {
  const needsForms = (id: string, ctx: Context) => [...closureOf(id, ctx)].some((module) => FORMS.test(module))
  const room = (id: string, ctx: Context): string | null => {
    if (closureOf(entry, ctx).has(id)) return 'base'
    // The sign-in page loads no frame, and the frame no forms: what both need is small, and everybody's.
    if (id !== form && closureOf(form, ctx).has(id)) return needsForms(id, ctx) ? 'forms' : 'base'
    return closureOf(frame, ctx).has(id) ? 'frame' : null
  }
  const shared = { minShareCount: 2, debugName: 'shared by pages' }
  return {
    groups: [
      { debugName: 'rooms', priority: 3, name: room },
      { ...shared, priority: 2, name: (id: string, ctx: Context) => (needsForms(id, ctx) ? null : 'parts') },
      { ...shared, priority: 1, name: 'dialogs' },
    ],
  }
}
