/** `i3pm session install` and `uninstall`: the line for `session run` in sway's configuration. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { heldSession } from "../../../layers/doctor/gather/targets.ts"
import type { ConfigChange } from "../../../layers/session/config/ConfigChange.ts"
import { SessionConfig } from "../../../layers/session/config/SessionConfig.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { shellLine } from "../../../layers/system/shellWords.ts"
import { UserManager } from "../../../layers/systemd/UserManager.ts"
import { unitNames } from "../../../layers/systemd/units/catalogue.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { secondBar } from "../bar/startedBars.ts"
import * as catalogue from "../catalogue/session.ts"
import { note, printResult } from "../output/output.ts"
import { configuring } from "../sessionLayers.ts"
import { diffOf, environment, running, sessionLine } from "../swayConfiguration.ts"
import { on } from "../tree/handler.ts"

/** With wrong settings the defaults are used: they are no reason to keep the line, or not to have it. */
const layers = Layer.merge(configuring, oneShotDiscovery(UserSettings.layerOrDefaults())).pipe(
  Layer.provideMerge(Logger.minimumLogLevel(LogLevel.Warning)),
)

/** The commands that the user still has to run. `socket`: that of the running sway, whose session may run already. */
const nextSteps = (change: ConfigChange, socket: string | undefined, line: string) =>
  Effect.gen(function* () {
    if (change.status === "planned") return []
    const held = yield* Effect.orElseSucceed(heldSession, () => Either.right(undefined))
    const isWaiting = socket !== undefined && Either.getOrUndefined(held) !== socket
    const manager = yield* UserManager
    const [target] = yield* Effect.orElseSucceed(manager.show([unitNames.sessionTarget], ["LoadState"]), () => [])
    const units = target?.["LoadState"] === "loaded" ? [] : ["i3pm units install"]
    // swaymsg joins its words by spaces again.
    return [...units, ...(isWaiting ? [shellLine(["swaymsg", ...line.split(" ")])] : [])]
  })

const resultText = ({ copiedFrom, path, status }: ConfigChange) => {
  if (status === "unchanged") return `nothing to do: ${path} starts the session already`
  return copiedFrom === undefined
    ? `put the line into ${path}`
    : `copied ${copiedFrom} to ${path}, and put the line into it`
}

/** `i3pm session install`. */
export const sessionInstall = on(catalogue.sessionInstall, ({ dryRun, json }) =>
  Effect.gen(function* () {
    const service = yield* SessionConfig
    const { loaded, path, socket } = yield* running
    const { line, warnings } = yield* sessionLine(path)
    const change = yield* service.install({ loaded, line, dryRun, environment: yield* environment })
    const next = yield* nextSteps(change, socket, line)
    const bars = yield* secondBar(loaded)
    const said = [...(change.status === "unchanged" ? [] : warnings), ...change.warnings, ...bars]
    const value = {
      status: change.status,
      config: change.path,
      copied_from: change.copiedFrom ?? null,
      line,
      diff: diffOf(change),
      next,
      warnings: said,
    }
    yield* printResult(value, json, () => (change.status === "planned" ? diffOf(change).trimEnd() : resultText(change)))
    yield* Effect.forEach(change.status === "unchanged" ? bars : said, note, { discard: true })
    yield* Effect.forEach(next, step => note(`next: ${step}`), { discard: true })
  }).pipe(Effect.provide(layers)),
)

/** `i3pm session uninstall`. */
export const sessionUninstall = on(catalogue.sessionUninstall, ({ dryRun, json }) =>
  Effect.gen(function* () {
    const service = yield* SessionConfig
    const { loaded } = yield* running
    const changes = yield* service.uninstall({ loaded, dryRun, environment: yield* environment })
    const value = {
      files: changes.map(change => ({
        status: change.status,
        config: change.path,
        removed: change.after === "",
        diff: diffOf(change),
      })),
    }
    const line = (change: ConfigChange) =>
      change.after === "" ? `removed ${change.path}` : `removed the line from ${change.path}`
    yield* printResult(value, json, () => {
      if (changes.length === 0) return "nothing to do: no sway configuration has the line"
      return changes.map(change => (dryRun ? diffOf(change).trimEnd() : line(change))).join("\n")
    })
  }).pipe(Effect.provide(layers)),
)
