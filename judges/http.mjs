// One request, for shell scripts on machines without curl. node http.mjs METHOD URL [JSON]
// Prints the body; fails where the status is not 2xx. TOKEN in the environment becomes the bearer.
const [method, url, body] = process.argv.slice(2)
const headers = {}
if (process.env.TOKEN) headers.authorization = `Bearer ${process.env.TOKEN}`
if (body) headers['content-type'] = 'application/json'
const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(20_000) })
process.stdout.write(await response.text())
if (!response.ok) {
  console.error(`${method} ${url}: ${response.status}`)
  process.exitCode = 1
}
