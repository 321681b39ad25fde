/** What runs each command, with the values that were given to it. */
import type * as Effect from "effect/Effect"
import type { Leaf, ValuesOf } from "./define.ts"

type Values = Readonly<Record<string, unknown>>

/** What runs a command. */
export interface Handler {
  readonly leaf: Leaf
  readonly run: (values: Values) => Effect.Effect<void, unknown>
}

/** Has `run` called with what was given to this command. */
export const on = <L extends Leaf>(leaf: L, run: (values: ValuesOf<L>) => Effect.Effect<void, unknown>): Handler => ({
  leaf,
  // What reads a command line is made from the same leaf: its values are those of the type.
  run: values => run(values as ValuesOf<L>),
})
