/**
 * Metric families as OpenMetrics text (https://prometheus.io/docs/specs/om/open_metrics_spec). Pure. Hand-written: prom-client
 * counts in its own process, and these values come from the daemon.
 */

type Labels = Readonly<Record<string, string>>

/** One value. */
interface Sample {
  readonly name: string
  readonly value: number
  readonly labels: Labels
}

/** Samples of one kind. `unit` is the last word of `name`. */
export interface Family {
  readonly name: string
  readonly type: "gauge" | "counter" | "summary"
  readonly unit?: string
  readonly help: string
  readonly samples: ReadonlyArray<Sample>
}

/** A gauge with these values. */
export const gauge = (
  name: string,
  help: string,
  ...values: ReadonlyArray<readonly [value: number, labels?: Labels]>
): Family => ({ name, type: "gauge", help, samples: values.map(([value, labels = {}]) => ({ name, value, labels })) })

/** A counter with one value. OpenMetrics wants `_total` at the end of a sample's name, and not in the family's. */
export const counter = (name: string, help: string, value: number): Family => ({
  name,
  type: "counter",
  help,
  samples: [{ name: `${name}_total`, value, labels: {} }],
})

const escape = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')

const sampleText = ({ labels, name, value }: Sample) => {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escape(text)}"`)
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`
}

const familyText = ({ help, name, samples, type, unit }: Family) => [
  `# TYPE ${name} ${type}`,
  ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
  `# HELP ${name} ${escape(help)}`,
  ...samples.map(sampleText),
]

/** The whole text without its last newline. */
export const exposition = (families: ReadonlyArray<Family>): string =>
  [...families.flatMap(familyText), "# EOF"].join("\n")
