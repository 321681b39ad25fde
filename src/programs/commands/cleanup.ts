import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as SocketCleanup from "../../layers/SocketCleanup.ts"
import * as flags from "../flags.ts"
import { columns, ExitStatus, isTerminal, note, printResult } from "../output.ts"
import { cleanup as cleanupLayer } from "../stack.ts"

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Print what would be removed, and remove nothing."),
)

const table = (swept: ReadonlyArray<SocketCleanup.Swept>): string =>
  swept.length === 0
    ? "There is no socket of a Sway or i3."
    : columns([["VERDICT", "SOCKET", "REASON"], ...swept.map(({ path, reason, verdict }) => [verdict, path, reason])])

/** `i3pm cleanup`. */
export const cleanup = Command.make("cleanup", { dryRun, json: flags.json }, options =>
  Effect.gen(function* () {
    const service = yield* SocketCleanup.SocketCleanup
    const swept = yield* service.sweep(options)
    yield* printResult(SocketCleanup.toJson(swept, options.dryRun), options.json, () => table(swept))
    const removed = swept.filter(each => each.removed).length
    if (options.dryRun) yield* note("dry run: nothing was removed")
    else if (isTerminal() && swept.length > 0) yield* note(`${removed} removed, ${swept.length - removed} kept`)
    if (swept.some(({ error }) => error !== undefined)) return yield* new ExitStatus({ status: 1 })
  }).pipe(
    // The table says all that the log would; whoever reads JSON, the journal among them, gets the log beside it.
    Effect.provide(
      Layer.merge(cleanupLayer, Logger.minimumLogLevel(options.json || !isTerminal() ? LogLevel.Info : LogLevel.Error)),
    ),
  ),
).pipe(
  Command.withDescription(
    "Remove the sockets that compositors left behind: a crash leaves the file, and nobody listens on it any more. A live one " +
      "is never removed. Exit status 1 when one could not be removed. Example: i3pm cleanup --dry-run",
  ),
)
