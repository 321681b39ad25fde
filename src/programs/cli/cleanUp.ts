/** `i3pm cleanup`: runs one sweep and prints the result. Used by the command tree and by `cleanupEntry.ts`. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { SocketCleanup } from "../../layers/sockets/SocketCleanup.ts"
import { type Swept, toJson } from "../../layers/sockets/Swept.ts"
import { socketCleanup } from "../layers/cleanupLayers.ts"
import { type CleanUpOptions, DRY_RUN_NOTE } from "./cleanUpOptions.ts"
import { columns, ExitStatus, isTerminal, note, printResult } from "./output/output.ts"

/** What has become of a file. */
const resultOf = ({ error, removed, verdict }: Swept, dryRun: boolean): string => {
  if (removed) return "removed"
  if (error !== undefined) return "not removed"
  if (verdict === "missing") return "gone"
  return verdict === "orphan" && dryRun ? "would be removed" : "kept"
}

/** A row for each file: what has become of it, and why. */
export const table = (swept: ReadonlyArray<Swept>, dryRun: boolean): string =>
  swept.length === 0
    ? "No Sway or i3 socket found."
    : columns([
        ["RESULT", "VERDICT", "SOCKET", "REASON"],
        ...swept.map(each => [resultOf(each, dryRun), each.verdict, each.path, each.error ?? each.reason]),
      ])

/** Sweeps once and prints the result. Fails with exit status 1 if a file could not be removed. */
export const cleanUp = ({ dryRun, json }: CleanUpOptions) =>
  Effect.gen(function* () {
    const service = yield* SocketCleanup
    const swept = yield* service.sweep({ dryRun })
    yield* printResult(toJson(swept, dryRun), json, () => table(swept, dryRun))
    const count = (result: string) => swept.filter(each => resultOf(each, dryRun) === result).length
    if (dryRun) yield* note(DRY_RUN_NOTE)
    else if (isTerminal() && swept.length > 0) yield* note(`${count("removed")} removed, ${count("kept")} kept`)
    if (swept.some(({ error }) => error !== undefined)) return yield* new ExitStatus({ status: 1 })
  }).pipe(
    // On a terminal the table has what the log would say, so only errors are logged.
    Effect.provide(
      Layer.merge(socketCleanup, Logger.minimumLogLevel(json || !isTerminal() ? LogLevel.Info : LogLevel.Error)),
    ),
  )
