/** A command's description together with the function that runs it. */
import * as Effect from "effect/Effect"
import type { Leaf, ValuesOf } from "./define.ts"
import { withSocketHint } from "./socketHint.ts"

type Values = Readonly<Record<string, unknown>>

/** A command and the function that runs it; the values are by their keys in the description. */
export interface Handler {
  readonly leaf: Leaf
  readonly run: (values: Values) => Effect.Effect<void, unknown>
}

/** Makes the handler of a command; `run` gets the command's values with their types. */
export const on = <L extends Leaf>(leaf: L, run: (values: ValuesOf<L>) => Effect.Effect<void, unknown>): Handler => ({
  leaf,
  // The cast holds, since command lines are read by the same description as the type is made from.
  run: values => Effect.mapError(run(values as ValuesOf<L>), error => withSocketHint(leaf, error)),
})
