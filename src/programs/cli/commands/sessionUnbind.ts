/** `i3pm session unbind`: prints which units were restored. */
import * as Effect from "effect/Effect"
import { SessionBinding } from "../../../layers/session/binding/SessionBinding.ts"
import { sessionUnbind as definition } from "../catalogue/session.ts"
import { printResult } from "../output/output.ts"
import { binding } from "../sessionLayers.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/** `i3pm session unbind`. */
export const sessionUnbind = on(definition, ({ all, json, units }) =>
  Effect.gen(function* () {
    if (all === units.length > 0) {
      const reason = all ? "UnexpectedArgument" : "MissingArgument"
      return yield* usageError(reason, "i3pm session unbind", "name the units to unbind, or give --all instead")
    }
    const service = yield* SessionBinding
    const unbound = yield* all ? service.unbindAll : service.unbind(units)
    yield* printResult({ units: unbound.map(unit => ({ unit, status: "unbound" })) }, json, () =>
      unbound.length === 0 ? "No unit is bound." : unbound.map(unit => `${unit}: original files restored`).join("\n"),
    )
  }).pipe(Effect.provide(binding)),
)
