/** Finds variables that would reach a child process damaged: Node passes them on as UTF-8, whatever bytes they have. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "./environment.ts"
import { hasRawBytes } from "./rawText.ts"

/** The variables by which the tools of systemd and D-Bus find their manager, their bus and their files. */
const needed = ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"]

const valueOf = (name: string) =>
  Effect.map(
    variable(name),
    Option.getOrElse(() => ""),
  )

/**
 * Why a program must not be run, as a part of a sentence; none if it can be run. With a damaged variable it would use another
 * directory or bus. `env` is its whole environment; by default it is this process's own.
 */
export const damagedVariable = (
  env: Readonly<Record<string, string>> | undefined,
): Effect.Effect<Option.Option<string>> =>
  Effect.gen(function* () {
    for (const name of env === undefined ? needed : Object.keys(env)) {
      const value = env === undefined ? yield* valueOf(name) : (env[name] ?? "")
      if (!hasRawBytes(value)) continue
      return Option.some(`${name} holds bytes that are not UTF-8 (${value}): set it to another path`)
    }
    return Option.none()
  })
