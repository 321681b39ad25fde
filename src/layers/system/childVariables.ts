/** Whether a program can be given the variables that it needs: Node hands them on as UTF-8, whatever they hold. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "./environment.ts"
import { hasRawBytes } from "./rawText.ts"

/** What the tools of systemd and D-Bus find their manager, their bus and their files by. */
const needed = ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"]

const valueOf = (name: string) =>
  Effect.map(
    variable(name),
    Option.getOrElse(() => ""),
  )

/**
 * Why a program would be led to another place: a clause. `env` is its whole environment, else it has this process's own. None
 * where it can be run.
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
