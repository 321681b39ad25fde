/** What real compositors said, as capture-fixtures.ts saved it. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"

/** The compositors there are fixtures of. */
export const recorded = ["sway-1.7", "i3-4.22"] as const

export type Recorded = (typeof recorded)[number]

export interface Fixture<Name extends string> {
  /** The request or event. */
  readonly name: Name
  /** What tells it from others of its name: a variant of the request, the change of the event. */
  readonly variant: string | undefined
  readonly json: unknown
}

const directory = (from: Recorded) => fileURLToPath(new URL(`../fixtures/${from}`, import.meta.url))

/** One fixture by its file name without `.json`. */
export const fixture = (from: Recorded, file: string): unknown =>
  JSON.parse(fs.readFileSync(`${directory(from)}/${file}.json`, "utf8"))

/** Every fixture of these names: `<prefix><name>[-<variant>].json`. */
export const fixturesOf = <Name extends string>(
  from: Recorded,
  prefix: string,
  names: ReadonlyArray<Name>,
): ReadonlyArray<Fixture<Name>> =>
  fs.readdirSync(directory(from)).flatMap(entry => {
    const file = entry.replace(/\.json$/, "")
    const [stem, ...variant] = file.slice(prefix.length).split("-")
    const name = names.find(candidate => file.startsWith(prefix) && candidate === stem)
    return name === undefined
      ? []
      : [{ name, variant: variant.length === 0 ? undefined : variant.join("-"), json: fixture(from, file) }]
  })
