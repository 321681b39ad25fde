/** Whether services can be given the relay's socket. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { pathUse } from "../../layers/relay/pathUse.ts"
import { RuntimeDir } from "../../layers/system/RuntimeDir.ts"
import { relaySocketIn } from "../../layers/system/relayPaths.ts"
import { UserManager } from "../../layers/systemd/UserManager.ts"
import { unitNames } from "../../layers/systemd/units/unitNames.ts"

/** True for the path of a relay's socket, in any runtime directory: `…/i3pm/relay.sock`, `…/i3pm/NAME/relay.sock`. */
export const isRelaySocket = (path: string): boolean => /\/i3pm\/(?:[^/]+\/)?relay\.sock$/.test(path)

/** The session must not wait long for it. */
const START_DEADLINE = Duration.seconds(5)

const warn = (why: string) =>
  Effect.as(
    Effect.logWarning(`session.relay is set, and services get the compositor's own socket, since ${why}`),
    Option.none<string>(),
  )

/** The relay's path, if the relay or systemd listens there, or does once its socket unit is started. Otherwise it warns why not. */
export const usableRelay = Effect.gen(function* () {
  const path = relaySocketIn((yield* RuntimeDir).path)
  const manager = yield* UserManager
  const first = yield* pathUse(path)
  if (first._tag !== "Taken") yield* Effect.ignore(manager.start([unitNames.relaySocket], START_DEADLINE))
  const use = first._tag === "Taken" ? first : yield* pathUse(path)
  if (use._tag !== "Taken") return yield* warn(`nobody listens on ${path}: run i3pm units install`)
  if (use.willEnd) {
    return yield* warn(
      `${use.who} listens on ${path}: start the compositor with SWAYSOCK unset, then run i3pm session run`,
    )
  }
  return Option.some(path)
}).pipe(Effect.catchTag("RelayPathError", ({ message }) => warn(message)))
