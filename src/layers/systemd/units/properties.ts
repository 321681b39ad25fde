/** Parses the output of `systemctl show`. Pure. */
import { pathsIn } from "./pathsIn.ts"

/** The properties of one unit: text by name. A property that systemd does not know is missing. */
export type UnitProperties = Readonly<Record<string, string | undefined>>

const parseBlock = (block: string): UnitProperties =>
  Object.fromEntries(
    block.split("\n").flatMap(line => {
      const equals = line.indexOf("=")
      return equals < 0 ? [] : [[line.slice(0, equals), line.slice(equals + 1)] as const]
    }),
  )

/** One record for each unit, in the order of the output: `NAME=VALUE` lines, and an empty line between two units. */
export const parseProperties = (text: string): ReadonlyArray<UnitProperties> =>
  text.trim() === "" ? [] : text.trim().split("\n\n").map(parseBlock)

/** The unit names in a property that lists them, such as `After` or `WantedBy`. systemctl quotes those with a backslash. */
export const unitsIn = (properties: UnitProperties, property: string): ReadonlyArray<string> =>
  pathsIn(properties[property] ?? "")
