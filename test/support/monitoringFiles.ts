/** The files of docs/monitoring, as the tests load them. */
import { readFileSync } from "node:fs"

const directory = new URL("../../docs/monitoring/", import.meta.url)

const read = (name: string) => readFileSync(new URL(name, directory), "utf8")

/** One query of the dashboard. */
interface Target {
  readonly refId: string
  readonly expr: string
  readonly datasource: { readonly type: string; readonly uid: string }
}

/** What a test looks at in the dashboard. */
interface Dashboard {
  readonly templating: { readonly list: ReadonlyArray<{ readonly name: string }> }
  readonly panels: ReadonlyArray<{
    readonly id: number
    readonly title: string
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: ReadonlyArray<Target>
  }>
}

export const dashboard: Dashboard = JSON.parse(read("grafana-dashboard.json"))

/** The files' names for promtool. */
export const rulesFile = new URL("prometheus-rules.yml", directory).pathname
export const otlpRulesFile = new URL("prometheus-otlp-rules.yml", directory).pathname
export const prometheusFile = new URL("prometheus.yml", directory).pathname

const milliseconds = { s: 1000, m: 60_000, h: 3_600_000 } as const

/** Divides each duration that stands after `for:`, after `…_interval:` or between `[` and `]`. Numbers in expressions stay. */
const faster = (text: string, factor: number) =>
  text.replace(
    /(for: |_interval: |\[)(\d+)([smh])\b/g,
    (_, before: string, count: string, unit: keyof typeof milliseconds) =>
      `${before}${Math.round((Number(count) * milliseconds[unit]) / factor)}ms`,
  )

/** The files for a Prometheus in which time runs so many times as fast, with these machines. */
export const prometheusFiles = (
  factor: number,
  ...targets: ReadonlyArray<string>
): Readonly<Record<string, string>> => ({
  "prometheus.yml": faster(read("prometheus.yml"), factor).replace(
    /targets: .*/,
    `targets: ${JSON.stringify(targets)}`,
  ),
  "prometheus-rules.yml": faster(read("prometheus-rules.yml"), factor),
  "prometheus-otlp-rules.yml": faster(read("prometheus-otlp-rules.yml"), factor),
})

/** The expressions of the rules. */
export const ruleExpressions: ReadonlyArray<string> = [
  ...read("prometheus-rules.yml").matchAll(/^ +expr: (?:>-\n)?((?:.*\n)(?: {10}.*\n)*)/gm),
].map(([, expression = ""]) => expression)

/** The metrics that expressions read, without those that the rules themselves record. */
export const metricsIn = (expressions: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(expressions.flatMap(expression => expression.match(/\b(?:i3pm|node)_\w+\b(?!:)/g) ?? []))
