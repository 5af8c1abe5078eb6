import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)
const LIST = 'dist/esm/lucide-react.mjs'
const EXPORT = /export \{([^}]+)\} from '(\.\/icons\/[^']+)'/g
const IMPORT = /import \{([^}]+)\} from 'lucide-react'/g

/** The file of each icon, by every name that it has. */
function filesByName(list: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const [, names = '', file = ''] of readFileSync(list, 'utf8').matchAll(EXPORT))
    for (const [, name = ''] of names.matchAll(/default as (\w+)/g)) files.set(name, join(dirname(list), file))
  return files
}

/**
 * Each icon from its own file. Imported from the package's list, all icons of all pages seem to belong to
 * whatever draws the first one, and the sign-in page would load them.
 */
export function icons(): Plugin {
  let files: Map<string, string> | undefined
  return {
    name: 'icons',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/src/') || !code.includes("'lucide-react'")) return null
      files ??= filesByName(join(dirname(require.resolve('lucide-react/package.json')), LIST))
      return code.replace(IMPORT, (whole, names: string) => each(names, files ?? new Map()) ?? whole)
    },
  }
}

/** Imports of single files in the place of one from the list; null if a name is no icon's. */
function each(names: string, files: Map<string, string>): string | null {
  const lines = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => {
      const [from = '', as = from] = name.split(/\s+as\s+/)
      const file = files.get(from)
      return file ? `import ${as} from ${JSON.stringify(file)}` : null
    })
  return lines.includes(null) ? null : lines.join('; ')
}
