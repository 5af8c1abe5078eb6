import { readFileSync } from 'node:fs'
import type { Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle
/** Above the styles: a script below them would wait for them. */
const PLACE = '<!-- hints -->'
const PAGE = /\bpage\(\s*'(\/[^']*)',\s*\(\) => import\('@\/([^']+)'\)/g

interface Roots {
  /** Where the routes are: `page('/path', () => import('@/module'), …)`. */
  router: string
  /** What every page needs: index.html loads it. */
  entry: string
  /** What every page needs but those for strangers. */
  frame: string
  /** The page of a person who is not signed in, and the others that need no frame. */
  signIn: string
  strangers: readonly string[]
  /** Where addresses without a page of their own most often lead. */
  leads: Readonly<Record<string, string>>
  /** The folder of `@`. */
  source: string
}

/** The scripts that a module's chunk needs before it can run, by name. */
function scriptsOf(id: string, bundle: Bundle): Set<string> {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
  const first = chunks.find((chunk) => chunk.facadeModuleId?.startsWith(id) || id in chunk.modules)
  const found = new Set<string>()
  const open = first ? [first.fileName] : []
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    const file = bundle[name]
    if (file?.type === 'chunk') open.push(...file.imports)
  }
  return found
}

/** Runs in the page, before anything else is loaded: asks for what the address will need. */
const SCRIPT = `
      ;(function (files, pages) {
        var head = document.head
        function hint(rel, href, as) {
          var link = document.createElement('link')
          link.rel = rel
          link.href = href
          if (as) link.as = as
          link.crossOrigin = 'anonymous'
          head.appendChild(link)
        }
        var known = false
        try {
          var session = localStorage.getItem('sp.session')
          known = !!session && session !== 'ended'
          window.spRenewals = localStorage.getItem('sp.renewals')
        } catch (e) {
          known = true
        }
        function find(path) {
          return pages.find(function (page) {
            return new RegExp(page[0]).test(path)
          })
        }
        var page = find(location.pathname)
        if (page && page[2] && !known) page = find('SIGN_IN')
        if (page)
          page[1].forEach(function (n) {
            hint('modulepreload', '/' + files[n])
          })
        if (known) hint('preload', '/api/auth/me', 'fetch')
        hint('preload', '/api/config', 'fetch')
      })(FILES, PAGES)
    `

/**
 * Asks for the scripts of a page as soon as its address is known. Without it a browser learns of each piece
 * from the one before: the page, the entry, the frame, and then what these import.
 */
export function hints(roots: Roots): Plugin {
  return {
    name: 'hints',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return html
        if (!html.includes(PLACE)) throw new Error(`index.html has no ${PLACE}`)
        const [before, frame] = [scriptsOf(roots.entry, bundle), scriptsOf(roots.frame, bundle)]
        const files: string[] = []
        const routes = routesIn(roots.router)
        const led = Object.entries(roots.leads).flatMap(([path, to]) =>
          routes.filter((route) => route.path === to).map(({ module }) => ({ path, module })),
        )
        const pages = [...led, ...routes].map(({ path, module }) => {
          const framed = !roots.strangers.includes(path)
          const own = scriptsOf(`${roots.source}/${module}`, bundle)
          const names = [...new Set([...(framed ? frame : []), ...own])].filter((name) => !before.has(name)).sort()
          for (const name of names) if (!files.includes(name)) files.push(name)
          return [patternOf(path), names.map((name) => files.indexOf(name)), framed ? 1 : 0]
        })
        const children = SCRIPT.replace('SIGN_IN', roots.signIn)
          .replace('FILES', JSON.stringify(files))
          .replace('PAGES', JSON.stringify(pages))
        return html.replace(PLACE, () => `<script nonce="__CSP_NONCE__">${children}</script>`)
      },
    },
  }
}

/** The addresses with the module of each, in the order in which they match. */
function routesIn(router: string): { path: string; module: string }[] {
  const found = [...readFileSync(router, 'utf8').matchAll(PAGE)].map(([, path = '', module = '']) => ({ path, module }))
  const parameters = ({ path }: { path: string }) => path.split(':').length
  return found.sort((a, b) => parameters(a) - parameters(b))
}

const patternOf = (path: string) => `^${path.replace(/:\w+/g, '[^/]+')}/?$`.replace('^//?$', '^/$')
