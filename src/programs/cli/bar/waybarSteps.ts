/** What a user has to add to waybar's configuration and style for the indicator, and where. Pure. */
import type { Remedy } from "../../../layers/doctor/Check.ts"
import { escapeRegExp } from "../../../layers/system/escapeRegExp.ts"
import { copySteps, type Step, targetOf } from "./Advice.ts"
import { blanked, lineAt } from "./jsonc.ts"
import { type Calls, MODULE, waybarConfig, waybarModule, waybarStates, waybarStyle } from "./snippets.ts"
import type { ConfigFile, TextFile, WaybarFiles } from "./waybarFiles.ts"
import { type Found, hasStates, selectorOf } from "./waybarModules.ts"

/** A value as text that fits into an object of the configuration: indented, and with a comma after it. */
const member = (name: string, value: object) =>
  `    ${JSON.stringify(name)}: ${JSON.stringify(value, null, 4).replaceAll("\n", "\n    ")},`

/** The line in which the first match ends, comments left out. */
const lineOf = (file: TextFile, pattern: RegExp): number | null => {
  const found = pattern.exec(blanked(file.text))
  return found === null ? null : lineAt(file.text, found.index + found[0].length - 1)
}

/** The list for the module: the right one, else the first that there is. */
const listFor = (config: ConfigFile) =>
  ["modules-right", "modules-left", "modules-center"].find(name => lineOf(config, listPattern(name)) !== null)

const listPattern = (name: string) => new RegExp(`"${name}"\\s*:\\s*\\[`)

const listStep = (files: WaybarFiles, config: ConfigFile, name: string): Step => {
  const file = targetOf(files.own, config.path)
  const list = listFor(config)
  return list === undefined
    ? {
        what: "Add a list after the first {",
        file,
        line: lineOf(config, /\{/),
        text: `    "modules-right": [${JSON.stringify(name)}],`,
      }
    : {
        what: `Add this to ${list}, after its [`,
        file,
        line: lineOf(config, listPattern(list)),
        text: `${JSON.stringify(name)}, `,
      }
}

const configSteps = (files: WaybarFiles, found: ReadonlyArray<Found>, calls: Calls): ReadonlyArray<Step> => {
  const main = files.configs[0]
  if (main === undefined) {
    const whole = JSON.stringify(waybarConfig(calls), null, 4)
    return [{ what: "Write a configuration", file: `${files.own}/config.jsonc`, line: null, text: whole }]
  }
  const file = targetOf(files.own, main.path)
  const isComplete = found.some(({ exec }) => exec.includes("--watch"))
  const name = found[0]?.name ?? MODULE
  const what = found.length === 0 ? "Add the module after the first {" : "Replace the module by this one"
  const line =
    found.length === 0 ? lineOf(main, /\{/) : lineOf(main, new RegExp(`${escapeRegExp(JSON.stringify(name))}\\s*:`))
  return [
    ...copySteps(files.own, main.path),
    ...(found.some(({ list }) => list !== undefined) ? [] : [listStep(files, main, name)]),
    ...(isComplete ? [] : [{ what, file, line, text: member(name, waybarModule(calls)) }]),
  ]
}

const styleSteps = (files: WaybarFiles, found: ReadonlyArray<Found>): ReadonlyArray<Step> => {
  if (hasStates(files, found)) return []
  const [main] = files.styles
  if (main === undefined) {
    return [{ what: "Write a style", file: `${files.own}/style.css`, line: null, text: waybarStyle }]
  }
  const rules = waybarStates.replaceAll("#custom-i3pm", () => selectorOf(found))
  return [
    ...copySteps(files.own, main.path),
    { what: "Add this at the end", file: targetOf(files.own, main.path), line: null, text: rules },
  ]
}

/** What is known of the user's programs. */
interface Programs {
  readonly calls: Calls
  /** How to restart the waybar that runs; `undefined` if none runs. */
  readonly restart: Remedy | undefined
  /** True if it runs without the module. */
  readonly isStale: boolean
}

/** The steps that are left; none if everything is in place. */
export const waybarSteps = (
  files: WaybarFiles,
  found: ReadonlyArray<Found>,
  { calls, isStale, restart }: Programs,
): ReadonlyArray<Step> => {
  const left = [...configSteps(files, found, calls), ...styleSteps(files, found)]
  if (restart === undefined || (left.length === 0 && !isStale)) return left
  return [
    ...left,
    { what: "Restart waybar, which reads its modules when it starts", file: null, line: null, text: restart.text },
  ]
}
