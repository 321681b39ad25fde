/** The formats by name. Pure. */
import { eww } from "./eww.ts"
import type { Format, Surroundings } from "./Format.ts"
import { healthJson } from "./healthJson.ts"
import { i3bar } from "./i3bar.ts"
import { json } from "./json.ts"
import { nagios } from "./nagios.ts"
import type { FormatName } from "./names.ts"
import { openmetrics } from "./openmetrics.ts"
import { polybar } from "./polybar.ts"
import { table } from "./table.ts"
import { waybar } from "./waybar.ts"

const makers: Readonly<Record<FormatName, (surroundings: Surroundings) => Format>> = {
  json: () => json,
  table,
  waybar: () => waybar,
  i3bar: () => i3bar,
  eww: () => eww,
  polybar: () => polybar,
  nagios: () => nagios,
  openmetrics,
  "health+json": healthJson,
}

/** The format of this name for these surroundings. */
export const formatOf = (name: FormatName, surroundings: Surroundings): Format => makers[name](surroundings)
