/** Gets the health of the connection: from the daemon, or by probing the sockets if no daemon answers. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { SocketHealth } from "../../layers/health/SocketHealth.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { askHealth, askStatus, START_HINT } from "./askDaemon.ts"
import type { View } from "./formats/Format.ts"
import { isSameSocket } from "./isSameSocket.ts"
import { note } from "./output/output.ts"
import { probeDirectly } from "./probeDirectly.ts"

type Found = Pick<Extract<View, { readonly _tag: "Health" }>, "health" | "history">

const bare = (health: SocketHealth): Found => ({ health, history: undefined })

const directly = Effect.map(probeDirectly, bare)

const askFor = (withHistory: boolean) =>
  withHistory
    ? Effect.map(askStatus, (status): Found => ({ health: status.health, history: status }))
    : Effect.map(askHealth, bare)

/** False if a daemon hangs, is of another version, or its directory is refused: starting one would not help. */
const isMissing = (error: { readonly reason?: unknown }) => error.reason === "NotRunning"

/**
 * One view. If no daemon answers, a line on stderr says so and how to start it, and the sockets are probed directly. If the
 * user has named a socket and the daemon watches another one, the named one is probed directly, too.
 */
export const viewOnce = ({ withHistory }: { readonly withHistory: boolean }) =>
  Effect.gen(function* () {
    const { socket } = yield* Effect.flatMap(Settings, ({ current }) => current)
    const answer = yield* askFor(withHistory).pipe(
      Effect.tapError(error =>
        note(`${error.message}; probed directly instead${isMissing(error) ? ` (${START_HINT})` : ""}`),
      ),
      Effect.option,
    )
    const isMeant = ({ health }: Found) => Option.isNone(socket) || isSameSocket(socket.value, health.socket_path)
    const meant = Option.filter(answer, isMeant)
    const found = Option.isSome(meant) ? meant.value : yield* directly
    const daemonIsElsewhere = Option.isSome(answer) && Option.isNone(meant)
    return { _tag: "Health", at: yield* Clock.currentTimeMillis, ...found, daemonIsElsewhere } satisfies View
  })
