/** `i3pm daemon`: loads the program and starts it. */
import * as Effect from "effect/Effect"
import { invocation } from "../../process/invocation.ts"
import { daemon as definition } from "../catalogue/daemon.ts"
import * as flags from "../flags.ts"
import { on } from "../tree/handler.ts"

/** `i3pm daemon`. Its modules are loaded only here: no other command needs them. */
export const daemon = on(definition, options =>
  Effect.promise(() => import("../../daemon/daemon.ts")).pipe(
    Effect.flatMap(program =>
      program.daemon({
        embedded: options.embedded,
        flags: flags.toSettings(options),
        invocation: invocation(),
      }),
    ),
  ),
)
