/** `i3pm relay`, if it is run by the command tree. */
import * as Effect from "effect/Effect"
import { relayRun as definition } from "../catalogue/relay.ts"
import * as flags from "../flags.ts"
import { on } from "../tree/handler.ts"

/** `i3pm relay`. Its modules are loaded only here: no other command needs them. */
export const relay = on(definition, options =>
  Effect.promise(() => import("../../relay/relay.ts")).pipe(
    Effect.flatMap(program => program.relay({ flags: flags.toSettings(options) })),
  ),
)
