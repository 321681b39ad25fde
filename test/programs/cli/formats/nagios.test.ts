/** The plugin's line, read strictly by the Monitoring Plugins development guidelines ("Plugin Output", "Performance data"). */
import { assert, describe, it } from "@effect/vitest"
import { nagios, nagiosStatus } from "../../../../src/programs/cli/formats/nagios.ts"
import { hostile, viewOf, views } from "./views.ts"

const NUMBER = "-?(?:\\d+(?:\\.\\d+)?)"
const RANGE = `@?(?:(?:~|${NUMBER}):)?(?:${NUMBER})?`
const FIELD = new RegExp(
  `^(${NUMBER}|U)(us|ms|s|%|B|KB|MB|TB|c)?(?:;(${RANGE}))?(?:;(${RANGE}))?(?:;(${NUMBER})?)?(?:;(${NUMBER})?)?$`,
)

interface Reading {
  readonly service: string
  readonly status: string
  readonly text: string
  readonly data: ReadonlyMap<
    string,
    { readonly value: string; readonly unit: string | undefined; readonly min: string | undefined }
  >
}

const readData = (text: string): Reading["data"] => {
  const data = new Map<string, { value: string; unit: string | undefined; min: string | undefined }>()
  let rest = text
  while (rest !== "") {
    const item = /^('(?:[^'=]|'')+'|[^\s'=]+)=(\S+)(?: |$)/.exec(rest)
    assert.isNotNull(item, `no label=value: ${rest}`)
    const [whole, label = "", value = ""] = item ?? [""]
    const field = FIELD.exec(value)
    assert.isNotNull(field, `no value[UOM];[warn];[crit];[min];[max]: ${value}`)
    assert.isFalse(field?.[1] === "U" && field[2] !== undefined, "U has no unit")
    const name = label.replace(/^'|'$/g, "").replaceAll("''", "'")
    assert.isFalse(data.has(name), `${name} twice`)
    data.set(name, { value: field?.[1] ?? "", unit: field?.[2], min: field?.[5] })
    rest = rest.slice(whole.length)
  }
  return data
}

const read = (line: string): Reading => {
  assert.notMatch(line, /[^\P{Cc}]/u, "one line of text and no controls")
  const parts = line.split("|")
  assert.isAtMost(parts.length, 2, "one vertical bar at most")
  const [first = "", second = ""] = parts
  const head = /^([A-Z0-9]+) (OK|WARNING|CRITICAL|UNKNOWN): (.+)$/.exec(first.trimEnd())
  assert.isNotNull(head, `no SERVICE STATUS: text: ${first}`)
  return { service: head?.[1] ?? "", status: head?.[2] ?? "", text: head?.[3] ?? "", data: readData(second.trim()) }
}

describe("nagios", () => {
  it("says OK, WARNING, CRITICAL and UNKNOWN, and ends with 0, 1, 2 and 3", () => {
    assert.deepStrictEqual(
      Object.values(views).map(view => [read(nagios.once(view)).status, nagiosStatus(view)]),
      [
        ["OK", 0],
        ["WARNING", 1],
        ["CRITICAL", 2],
        ["UNKNOWN", 3],
      ],
    )
  })

  it("has performance data with units", () => {
    const { data } = read(nagios.once(views.healthy))
    assert.deepStrictEqual(Object.fromEntries(data), {
      latency: { value: "0.49", unit: "ms", min: "0" },
      uptime: { value: "12.5", unit: "s", min: "0" },
      reconnections: { value: "2", unit: "c", min: "0" },
    })
  })

  it("says U where a latency could not be determined, and has no data where nobody could tell", () => {
    assert.strictEqual(read(nagios.once(viewOf({ latency_ms: null }))).data.get("latency")?.value, "U")
    assert.strictEqual(read(nagios.once(views.down)).data.size, 0)
  })

  it("says U of what only the daemon measures, where none was asked", () => {
    const values = [...read(nagios.once(viewOf({ source: "probe" }))).data].map(([name, { value }]) => [name, value])
    assert.deepStrictEqual(values, [
      ["latency", "0.49"],
      ["uptime", "U"],
      ["reconnections", "U"],
    ])
  })

  it("writes no exponents", () => {
    for (const latency_ms of [0, 1e-9, 3.6e9]) {
      const { data } = read(nagios.once(viewOf({ latency_ms, uptime_seconds: 3e8 })))
      for (const name of ["latency", "uptime"]) assert.match(data.get(name)?.value ?? "", /^[0-9.]+$/, name)
    }
  })

  it("stays one line with one bar, whatever the compositor says", () => {
    const { status, text } = read(nagios.once(hostile))
    assert.strictEqual(status, "WARNING")
    assert.include(text, 'stale: it said "a/b"')
  })
})
