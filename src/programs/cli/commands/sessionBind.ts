import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { SessionBinding } from "../../../layers/session/binding/SessionBinding.ts"
import { SESSION_TARGET } from "../../../layers/session/binding/targets.ts"
import { bindingToJson, linesOf } from "../bindings.ts"
import * as flags from "../flags.ts"
import { printResult } from "../output/output.ts"
import { binding } from "../sessionLayers.ts"
import { usageError } from "../usage/UsageError.ts"

const units = Args.text({ name: "UNIT" }).pipe(
  Args.withDescription("A user unit; without a suffix it is a service."),
  Args.atLeast(1),
)

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Show the difference that it would make, and change nothing."),
)

/** `i3pm session bind`. */
export const sessionBind = Command.make("bind", { json: flags.json, dryRun, units }, ({ dryRun, json, units }) =>
  Effect.gen(function* () {
    const service = yield* SessionBinding
    const bindings = yield* service.bind(units, { dryRun }).pipe(
      Effect.catchIf(
        error => error._tag === "SessionBindingError" && error.reason === "InvalidName",
        ({ message }) => usageError("BadValue", "i3pm session bind", message),
      ),
    )
    const value = { dry_run: dryRun, units: bindings.map(bindingToJson) }
    yield* printResult(value, json, () => bindings.map(linesOf).join("\n\n"))
  }).pipe(Effect.provide(binding)),
).pipe(
  Command.withDescription(
    `Move user units from graphical-session.target onto ${SESSION_TARGET}, so that they start and stop with Sway and never ` +
      "run without it. All of them or none; i3pm session unbind undoes it to the byte. " +
      "Example: i3pm session bind --dry-run i3wsr",
  ),
)
