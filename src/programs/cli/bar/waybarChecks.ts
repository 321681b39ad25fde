/** Checks of waybar's configuration and style. Pure. */
import * as Either from "effect/Either"
import { byHand, type Judged, ok, type Remedy, skipped, warning, wrong } from "../../../layers/doctor/Check.ts"
import type { Looked, ProcessFacts, WaybarProcess } from "../../../layers/doctor/Facts.ts"
import { isOwn } from "./Advice.ts"
import type { WaybarFiles } from "./waybarFiles.ts"
import { type Found, hasStates } from "./waybarModules.ts"

const configCheck = (files: WaybarFiles): Judged => {
  const id = "config"
  const [main] = files.configs
  const broken = files.configs.find(({ value }) => Either.isLeft(value))
  if (broken !== undefined && Either.isLeft(broken.value)) {
    const { line, message } = broken.value.left
    const what = `${broken.path} is not what waybar can read`
    return wrong(id, { what, why: `line ${line}: ${message}`, remedy: null })
  }
  const [why] = files.unread
  if (why !== undefined) return wrong(id, { what: why, why: "waybar needs it", remedy: null })
  if (main === undefined) {
    return warning(id, { what: "waybar has no configuration", why: `there is none in ${files.own}`, remedy: null })
  }
  if (isOwn(main.path)) return ok(id, `waybar reads ${main.path}`)
  const reason = `waybar reads the distribution's, ${main.path}, which an update may replace: copy it first`
  return warning(id, { what: "you have no configuration of your own", why: reason, remedy: null })
}

const moduleCheck = (found: ReadonlyArray<Found>): Judged => {
  const id = "module"
  const [module] = found
  if (module === undefined) {
    return warning(id, { what: "no module runs i3pm", why: "the bar cannot show the state", remedy: null })
  }
  const { exec, isJson, name, path } = module
  const at = `${name} in ${path}`
  if (!exec.includes("--watch")) {
    const why = "each start takes processor time; with --watch it starts once, and changes show at once"
    return warning(id, { what: `${at} starts i3pm for every update`, why, remedy: null })
  }
  if (exec.includes("--format waybar") && !isJson) {
    const remedy = byHand('"return-type": "json",')
    return warning(id, { what: `${at} has no "return-type": "json"`, why: "the bar shows JSON as text", remedy })
  }
  return ok(id, `${at} runs i3pm`)
}

const listCheck = (found: ReadonlyArray<Found>): Judged => {
  const id = "module-list"
  const [module] = found
  if (module === undefined) return skipped(id, "no list was checked", "no module runs i3pm")
  const shown = found.find(({ list }) => list !== undefined)
  if (shown !== undefined) return ok(id, `${shown.name} is in ${shown.list}`)
  const what = `${module.name} is in no list of modules`
  return warning(id, { what, why: "waybar shows only modules of a list", remedy: null })
}

const styleCheck = (files: WaybarFiles, found: ReadonlyArray<Found>): Judged => {
  const id = "style"
  const [main] = files.styles
  if (hasStates(files, found)) return ok(id, `${main?.path} has a colour for each state`)
  const what = main === undefined ? "waybar has no style" : `${main.path} has no colours for the states`
  return warning(id, { what, why: "the states differ by their words alone", remedy: null })
}

/** All checks, in the order in which they are shown. */
export const waybarChecks = (files: WaybarFiles, found: ReadonlyArray<Found>): ReadonlyArray<Judged> => [
  configCheck(files),
  moduleCheck(found),
  listCheck(found),
  styleCheck(files, found),
]

/** The waybar that runs, and how to restart it. `stale`: those that run without our module. */
export interface Running {
  readonly processes: Looked<ProcessFacts>
  readonly stale: ReadonlyArray<WaybarProcess>
  readonly restart: Remedy | undefined
}

/** `running`: the waybar that runs has started the module. */
export const runningCheck = (found: ReadonlyArray<Found>, { processes, restart, stale }: Running): Judged => {
  const id = "running"
  if (!found.some(({ exec, list }) => list !== undefined && exec.includes("--watch"))) {
    return skipped(id, "the running waybar was not checked", "its configuration has no module to show")
  }
  if (Either.isLeft(processes)) return skipped(id, "the running waybar was not checked", processes.left)
  if (restart === undefined) return skipped(id, "the running waybar was not checked", "no waybar runs")
  if (stale.length === 0) return ok(id, "the running waybar shows the module")
  return warning(id, {
    what: `waybar (pid ${stale.map(({ pid }) => pid).join(", ")}) runs without the module`,
    why: "it has not started i3pm: waybar reads its modules when it starts",
    remedy: restart,
  })
}
