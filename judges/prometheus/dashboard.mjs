// Writes each question of the Grafana dashboard on standard input as a recording rule, so that promtool can read it.
// Grafana's own variables stand for what they would be there.
import { readFileSync } from 'node:fs'

const VARIABLES = { $__rate_interval: '5m', $queue: '.*', $kind: '.*' }

const dashboard = JSON.parse(readFileSync(0, 'utf8'))
const questions = dashboard.panels.flatMap((panel) => panel.targets ?? []).map((target) => target.expr)
if (questions.length < 20) throw new Error(`only ${questions.length} questions were found`)

const filled = (question) =>
  Object.entries(VARIABLES).reduce((text, [name, value]) => text.replaceAll(name, value), question)
const rules = questions.map((question, number) => ({ record: `dashboard:${number}`, expr: filled(question) }))
console.log(JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
