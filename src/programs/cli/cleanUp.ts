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

const table = (swept: ReadonlyArray<Swept>): string =>
  swept.length === 0
    ? "No Sway or i3 socket found."
    : columns([["VERDICT", "SOCKET", "REASON"], ...swept.map(({ path, reason, verdict }) => [verdict, path, reason])])

/** Sweeps once and prints the result. Fails with exit status 1 if a file could not be removed. */
export const cleanUp = ({ dryRun, json }: CleanUpOptions) =>
  Effect.gen(function* () {
    const service = yield* SocketCleanup
    const swept = yield* service.sweep({ dryRun })
    yield* printResult(toJson(swept, dryRun), json, () => table(swept))
    const removed = swept.filter(each => each.removed).length
    if (dryRun) yield* note(DRY_RUN_NOTE)
    else if (isTerminal() && swept.length > 0) yield* note(`${removed} removed, ${swept.length - removed} kept`)
    if (swept.some(({ error }) => error !== undefined)) return yield* new ExitStatus({ status: 1 })
  }).pipe(
    // On a terminal the table has what the log would say, so only errors are logged.
    Effect.provide(
      Layer.merge(socketCleanup, Logger.minimumLogLevel(json || !isTerminal() ? LogLevel.Info : LogLevel.Error)),
    ),
  )
