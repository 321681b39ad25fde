/** `i3pm bar`: what the indicator needs in the configuration of a bar, and what of it is there. */

import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { BarStarts } from "../../../layers/doctor/BarFacts.ts"
import { type Check, toJson } from "../../../layers/doctor/Check.ts"
import { barSingle } from "../../../layers/doctor/checks/barSingle.ts"
import { restartWaybar, withoutModule } from "../../../layers/doctor/checks/runningWaybar.ts"
import { barFacts, barStarts } from "../../../layers/doctor/gather/bars.ts"
import { runtimeDirLayer } from "../../../layers/doctor/gather/places.ts"
import { processFacts } from "../../../layers/doctor/gather/processes.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { findProgram, searchPath, variable } from "../../../layers/system/environment.ts"
import { escapeControl, escapeLines } from "../../../layers/system/escapeControl.ts"
import * as Subprocess from "../../../layers/system/Subprocess.ts"
import { shellLine } from "../../../layers/system/shellWords.ts"
import * as UserDirs from "../../../layers/system/UserDirs.ts"
import * as UserManager from "../../../layers/systemd/UserManager.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { invocation } from "../../process/invocation.ts"
import type { Advice, Step } from "../bar/Advice.ts"
import { otherAdvice } from "../bar/otherBars.ts"
import type { Calls } from "../bar/snippets.ts"
import { startedBars } from "../bar/startedBars.ts"
import { terminalOf } from "../bar/terminal.ts"
import { runningCheck, waybarChecks } from "../bar/waybarChecks.ts"
import { waybarFiles } from "../bar/waybarFiles.ts"
import { modulesIn } from "../bar/waybarModules.ts"
import { waybarSteps } from "../bar/waybarSteps.ts"
import { bar as definition } from "../catalogue/bar.ts"
import { checkLines, indentFor } from "../output/checkLines.ts"
import { ExitStatus, isTerminal, printResult, terminalWidth, write } from "../output/output.ts"
import { wantsColour } from "../output/wantsColour.ts"
import { command } from "../ownCommand.ts"
import { loadedNow } from "../swayConfiguration.ts"
import type { ValuesOf } from "../tree/define.ts"
import { on } from "../tree/handler.ts"

type BarName = ValuesOf<typeof definition>["bar"][number]

const calls: Effect.Effect<Calls> = Effect.gen(function* () {
  const path = yield* searchPath
  const terminal = terminalOf(Option.getOrUndefined(yield* variable("TERMINAL")), name =>
    Option.isSome(findProgram(name, path)),
  )
  const called = invocation()
  // A bar runs in another directory, so a relative path would not do.
  return { program: called === "i3pm" ? called : shellLine(yield* command), terminal }
})

const adviceOn = (bar: BarName) =>
  Effect.gen(function* () {
    const called = yield* calls
    const loaded = yield* loadedNow
    if (bar === "waybar") {
      const files = yield* waybarFiles
      const processes = yield* processFacts
      const started = yield* startedBars(loaded)
      const restart = restartWaybar(processes, started)
      const stale = withoutModule(processes)
      const found = modulesIn(files)
      const checks = [
        ...waybarChecks(files, found),
        runningCheck(found, { processes, stale, restart }),
        barSingle({ barStarts: started, processes }, { bar, isKnown: true }),
      ]
      const canChange = checks.every(({ status }) => status !== "wrong")
      const steps = canChange ? waybarSteps(files, found, { calls: called, restart, isStale: stale.length > 0 }) : []
      return { config: files.configs[0]?.path ?? null, checks, steps } satisfies Advice
    }
    const { config } = yield* UserDirs.UserDirs
    const ownName = bar === "i3bar" ? "swaybar" : bar
    const found = Either.getOrElse(yield* barFacts(loaded), () => []).filter(each => each.bar === ownName)
    const none = (): Pick<BarStarts, "lines" | "main"> => ({ lines: [], main: undefined })
    const { lines, main } = Either.getOrElse(yield* barStarts({}, loaded), none)
    const advice = otherAdvice(bar, { config, found, lines, main }, called)
    if (bar !== "swaybar") return advice
    const single = barSingle(
      { barStarts: yield* startedBars(loaded), processes: yield* processFacts },
      { bar, isKnown: true },
    )
    return { ...advice, checks: [...advice.checks, single] }
  })

const stepLines = ({ file, line, text, what }: Step, index: number): ReadonlyArray<string> => {
  const place = file === null ? "" : ` (${file}${line === null ? "" : `, line ${line}`})`
  return ["", escapeControl(`${index + 1}. ${what}${place}:`), "", escapeLines(text)]
}

/** The checks, then the steps. Text to copy is not indented and not wrapped. */
export const adviceText = (
  checks: ReadonlyArray<Check>,
  steps: ReadonlyArray<Step>,
  { colour, width }: { readonly colour: boolean; readonly width: number },
): string => {
  const layout = { colour, width, indent: indentFor(checks) }
  return [...checks.flatMap(check => checkLines(check, layout)), ...steps.flatMap(stepLines)].join("\n")
}

const layers = Layer.mergeAll(
  runtimeDirLayer,
  UserDirs.layer,
  UserManager.layer.pipe(Layer.provide(Subprocess.layer)),
  oneShotDiscovery(UserSettings.layerOrDefaults()),
)

/** `i3pm bar`. */
export const bar = on(definition, ({ bar: bars, json }) =>
  Effect.gen(function* () {
    const [name = "waybar"] = bars
    const { checks, config, steps } = yield* adviceOn(name)
    const isComplete = checks.every(({ status }) => status === "ok" || status === "skipped")
    const value = { bar: name, config, checks: checks.map(toJson), steps, ok: isComplete }
    const style = { colour: yield* wantsColour, width: terminalWidth() }
    if (json || !isTerminal()) yield* printResult(value, true, () => "")
    else yield* write(`${adviceText(value.checks, steps, style)}\n`)
    if (!isComplete) return yield* new ExitStatus({ status: 1 })
  }).pipe(Effect.provide(layers)),
)
