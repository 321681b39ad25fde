import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { SessionBinding } from "../../../layers/session/binding/SessionBinding.ts"
import * as flags from "../flags.ts"
import { printResult } from "../output/output.ts"
import { binding } from "../sessionLayers.ts"
import { usageError } from "../usage/UsageError.ts"

const units = Args.text({ name: "UNIT" }).pipe(
  Args.withDescription("A user unit that was bound; without a suffix it is a service."),
  Args.repeated,
)

const all = Options.boolean("all").pipe(Options.withDescription("Every unit that is bound."))

/** `i3pm session unbind`. */
export const sessionUnbind = Command.make("unbind", { json: flags.json, all, units }, ({ all, json, units }) =>
  Effect.gen(function* () {
    if (all === units.length > 0) {
      const reason = all ? "UnexpectedArgument" : "MissingArgument"
      return yield* usageError(reason, "i3pm session unbind", "name the units to unbind, or give --all instead")
    }
    const service = yield* SessionBinding
    const unbound = yield* service.unbind(all ? yield* service.bound : units)
    yield* printResult({ units: unbound.map(unit => ({ unit, status: "unbound" })) }, json, () =>
      unbound.length === 0 ? "No unit is bound." : unbound.map(unit => `${unit}: put back as it was`).join("\n"),
    )
  }).pipe(Effect.provide(binding)),
).pipe(
  Command.withDescription(
    "Undo i3pm session bind: every file and link is again what it was. What somebody has edited since is not touched, and " +
      "then nothing is. Example: i3pm session unbind --all",
  ),
)
