/** The sockets of the relay, as the settings describe them. Pure. */
import * as Either from "effect/Either"
import type { RelaySettings } from "../settings/Settings.ts"
import type { SettingsFault } from "../settings/SettingsFault.ts"
import { relaySocketIn, restrictedSocketIn } from "../system/relayPaths.ts"
import { makePolicy } from "./policy/makePolicy.ts"
import type { RelaySocket } from "./RelaySockets.ts"

const restricted = (runtimeDir: string, settings: RelaySettings) => {
  const { buffer, hideShutdown, patience, resync } = settings
  return Either.all(
    settings.sockets.map(({ name, resync: own = resync, where, ...lists }) =>
      Either.mapBoth(makePolicy({ socket: name, ...lists }), {
        onLeft: ({ message }): SettingsFault => ({
          reason: "InvalidValue",
          where,
          key: `relay.sockets.${name}`,
          message: `${message} (in ${where})`,
        }),
        onRight: (policy): RelaySocket => ({
          name,
          path: restrictedSocketIn(runtimeDir, name),
          rules: { policy, resync: own, hideShutdown, patience, buffer },
        }),
      }),
    ),
  )
}

/** The socket without restrictions, then those with, or what is wrong with the first policy that cannot be used. */
export const configuredSockets = (
  runtimeDir: string,
  settings: RelaySettings,
): Either.Either<ReadonlyArray<RelaySocket>, SettingsFault> => {
  const { buffer, hideShutdown, patience, resync } = settings
  const rules = { policy: undefined, resync, hideShutdown, patience, buffer }
  return Either.map(restricted(runtimeDir, settings), others => [
    { name: "default", path: relaySocketIn(runtimeDir), rules },
    ...others,
  ])
}
