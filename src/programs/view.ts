/** What there is to show of the connection's health: asked of the daemon, else found out directly. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { SocketHealth } from "../layers/health/SocketHealth.ts"
import { Settings } from "../layers/Settings.ts"
import { askStatus } from "./daemonStatus.ts"
import type { View } from "./formats/Format.ts"
import { askDaemon, probeDirectly } from "./health.ts"
import { note } from "./output.ts"

type Found = Pick<Extract<View, { readonly _tag: "Health" }>, "health" | "history">

const bare = (health: SocketHealth): Found => ({ health, history: undefined })

const directly = Effect.map(probeDirectly, bare)

const askFor = (withHistory: boolean) =>
  withHistory
    ? Effect.map(askStatus, (status): Found => ({ health: status.health, history: status }))
    : Effect.map(askDaemon, bare)

/**
 * One look. Where no daemon answers, a line on stderr says so and how to start it, and the sockets are probed directly.
 * Who names a socket wants to know of that one, whichever the daemon has.
 */
export const viewOnce = ({ withHistory }: { readonly withHistory: boolean }) =>
  Effect.gen(function* () {
    const { socket } = yield* Effect.flatMap(Settings, ({ current }) => current)
    const found = Option.isSome(socket)
      ? yield* directly
      : yield* askFor(withHistory).pipe(
          Effect.catchAll(error =>
            note(`${error.message}; probed directly instead (start the daemon with: i3pm daemon)`).pipe(
              Effect.zipRight(directly),
            ),
          ),
        )
    return { _tag: "Health", at: yield* Clock.currentTimeMillis, ...found } satisfies View
  })
