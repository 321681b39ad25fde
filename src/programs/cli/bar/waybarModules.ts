/** Finds the modules of waybar's configuration that run i3pm, and the style of their states. Pure. */
import * as Either from "effect/Either"
import { escapeRegExp } from "../../../layers/system/escapeRegExp.ts"
import { MODULE } from "./snippets.ts"
import { barsIn, type WaybarFiles } from "./waybarFiles.ts"

/** A module of waybar that runs i3pm, and whether it is shown. */
export interface Found {
  /** `custom/i3pm`, or what the user calls it. */
  readonly name: string
  readonly path: string
  readonly exec: string
  readonly isJson: boolean
  /** The list that has it, such as `modules-right`. */
  readonly list: string | undefined
}

type Bar = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Bar => typeof value === "object" && value !== null && !Array.isArray(value)

/** Lists of modules: those of a bar, and `modules` of a group. */
const listsIn = (bar: Bar): ReadonlyArray<readonly [name: string, modules: ReadonlyArray<unknown>]> =>
  Object.entries(bar).flatMap(([key, value]) => {
    if (isRecord(value)) return listsIn(value).map(([, modules]) => [key, modules] as const)
    return /^modules(?:-left|-center|-right)?$/.test(key) && Array.isArray(value) ? [[key, value] as const] : []
  })

const text = (value: unknown) => (typeof value === "string" ? value : "")

const runsI3pm = (exec: string) => /(?:\bi3pm|main\.cjs)["']?\s+diagnose\b/.test(exec)

const barsOf = ({ configs }: WaybarFiles) =>
  configs.flatMap(({ path, value }) => barsIn(Either.getOrElse(value, () => undefined)).map(bar => ({ path, bar })))

/** The modules that run i3pm. */
export const modulesIn = (files: WaybarFiles): ReadonlyArray<Found> => {
  const bars = barsOf(files)
  const lists = bars.flatMap(({ bar }) => listsIn(bar))
  return bars.flatMap(({ bar, path }) =>
    Object.entries(bar).flatMap(([name, value]) => {
      if (!name.startsWith("custom/") || !isRecord(value) || !runsI3pm(text(value["exec"]))) return []
      const list = lists.find(([, modules]) => modules.includes(name))?.[0]
      return [{ name, path, exec: text(value["exec"]), isJson: value["return-type"] === "json", list }]
    }),
  )
}

/** The selector of the module in a style: `#custom-i3pm`. What follows a `#` in the name is a class of it, and not needed. */
export const selectorOf = (found: ReadonlyArray<Found>): string => {
  const [id = MODULE] = (found[0]?.name ?? MODULE).split("#")
  return `#${id.replace("/", "-").replace(/[^\w\-\u0080-\uffff]/g, "\\$&")}`
}

/** True if a style names a state of the module. */
export const hasStates = ({ styles }: WaybarFiles, found: ReadonlyArray<Found>): boolean => {
  const states = new RegExp(`${escapeRegExp(selectorOf(found))}\\.(?:stale|disconnected|down)\\b`)
  return styles.some(({ text }) => states.test(text.replaceAll(/\/\*[\s\S]*?\*\//g, "")))
}
