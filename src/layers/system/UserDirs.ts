/** The user's directories for configuration and state, by the XDG Base Directory Specification. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as environment from "./environment.ts"

/** There is no such directory: neither `variable` nor `HOME` is an absolute path. */
export class UserDirsError extends Data.TaggedError("UserDirsError")<{
  readonly reason: "NoHome"
  readonly variable: string
  readonly message: string
}> {}

/** Absolute paths, which need not exist. */
export class UserDirs extends Context.Tag("i3pm/UserDirs")<
  UserDirs,
  {
    /** `$XDG_CONFIG_HOME`, else `~/.config`. */
    readonly config: string
    /** `$XDG_STATE_HOME`, else `~/.local/state`. */
    readonly state: string
    /** `<config>/systemd/user`, the user's own units, which override all others (systemd.unit(5)). */
    readonly units: string
  }
>() {}

/** The specification says to ignore relative paths. */
const absolute = (name: string) =>
  Effect.map(
    environment.variable(name),
    Option.filter(path => path.startsWith("/")),
  )

/** A path as systemd spells it (`UnitPath`), so that the two can be compared: the home of passwd(5) may end in a slash. */
const simplified = (path: string) => path.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "")

const directory = (variable: string, below: string) =>
  Effect.gen(function* () {
    const named = yield* absolute(variable)
    const home = yield* absolute("HOME")
    const path = Option.orElse(named, () => Option.map(home, home => `${home}/${below}`))
    return yield* Option.match(path, {
      onSome: path => Effect.succeed(simplified(path)),
      onNone: () => {
        const message = `neither ${variable} nor HOME is an absolute path: set HOME to your home directory`
        return Effect.fail(new UserDirsError({ reason: "NoHome", variable, message }))
      },
    })
  })

/** Reads the variables. */
export const make = Effect.gen(function* () {
  const config = yield* directory("XDG_CONFIG_HOME", ".config")
  const state = yield* directory("XDG_STATE_HOME", ".local/state")
  return UserDirs.of({ config, state, units: `${config}/systemd/user` })
})

/** The directories of this process's user. */
export const layer: Layer.Layer<UserDirs, UserDirsError> = Layer.effect(UserDirs, make)
