// Which addresses of our document a reader can ask for on this panel, with ids that it found on the way.

/** Each operation that reads JSON, with its address and its parameters; what it lists serves those below it. */
export async function* walk(document, ask) {
  const asked = new Map()
  const reads = Object.entries(document.paths).filter(([, { get }]) => get?.responses['200']?.content?.['application/json'])
  // Few placeholders first: a list comes before what it lists.
  reads.sort(([one], [other]) => one.split('{').length - other.split('{').length || one.length - other.length)
  for (const [pattern, { get: operation }] of reads) {
    const values = {}
    const path = fill(pattern, asked, values)
    if (path === undefined) continue
    const answer = await ask(path)
    if (answer.status === 404) continue
    asked.set(pattern, answer.body)
    yield { id: operation.operationId, path, values, query: required(operation), body: answer.body }
  }
}

/** The address with ids out of the lists above it; nothing where such a list is empty. */
function fill(pattern, asked, values) {
  let path = ''
  let above = ''
  for (const part of pattern.split('/').slice(1)) {
    if (part.startsWith('{')) {
      const name = part.slice(1, -1)
      const first = asked.get(above)?.items?.[0]
      const value = first?.id ?? first?.[name] ?? first?.name ?? first?.queue
      if (value === undefined) return undefined
      values[name] = value
      path += `/${encodeURIComponent(value)}`
    } else {
      path += `/${part}`
    }
    above += `/${part}`
  }
  return path
}

/** Parameters without which an operation refuses. */
function required(operation) {
  return (operation.parameters ?? []).filter((one) => one.in === 'query' && one.required).map((one) => one.name)
}
