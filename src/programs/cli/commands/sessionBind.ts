/** `i3pm session bind`: prints what was changed. */
import * as Effect from "effect/Effect"
import { SessionBinding } from "../../../layers/session/binding/SessionBinding.ts"
import { bindingToJson, linesOf } from "../bindings.ts"
import { sessionBind as definition } from "../catalogue/session.ts"
import { printResult } from "../output/output.ts"
import { binding } from "../sessionLayers.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/** `i3pm session bind`. */
export const sessionBind = on(definition, ({ dryRun, json, units }) =>
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
)
