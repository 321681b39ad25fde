/** Finds the sway configuration in use, and chooses the file of it that gets the line for `session run`. */
import { accessSync, constants, readFileSync, realpathSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { isFile } from "../../system/fileAt.ts"
import { type ConfigFile, includesOf } from "./includes.ts"
import { attempt, SessionConfigError } from "./SessionConfigError.ts"

/** The variables that a configuration is read with. */
type Environment = Readonly<Record<string, string>>

/** A file to write. `before` is its text now, one byte a character; empty if the file does not exist. */
export interface ChosenFile {
  readonly path: string
  readonly before: string
  /** The file that `before` was read from, if `path` is to be a copy of it. */
  readonly copiedFrom: string | undefined
}

/** The name of our file in a directory that the configuration includes. */
export const DROP_IN = "50-i3pm-session.conf"

const canWrite = (path: string) => Either.isRight(Either.try(() => accessSync(path, constants.W_OK)))

/** Where sway looks for its configuration, in its order (sway(1), FILES). `config` is `$XDG_CONFIG_HOME` or its default. */
export const searchOrder = (config: string, home: string | undefined): ReadonlyArray<string> => [
  ...(home === undefined ? [] : [`${home}/.sway/config`]),
  `${config}/sway/config`,
  ...(home === undefined ? [] : [`${home}/.i3/config`]),
  `${config}/i3/config`,
  "/etc/sway/config",
  "/usr/local/etc/sway/config",
  "/etc/i3/config",
]

/** True for a file of the distribution. Debian's sway reports its own as `//etc/sway/config`. */
const isDistributions = (path: string) => /^\/+(?:etc|usr)\//.test(path)

/**
 * The path of the main configuration file. `loaded` is the one that the running sway has loaded. If that is the distribution's,
 * the user's own comes first: sway will load it at its next start.
 */
export const mainConfig = (
  config: string,
  home: string | undefined,
  loaded: string | undefined,
): Effect.Effect<string, SessionConfigError> => {
  const order = searchOrder(config, home)
  const path = [...(loaded === undefined || isDistributions(loaded) ? [] : [loaded]), ...order].find(isFile)
  const message = `no sway configuration found: looked at ${order.join(", ")}`
  return path === undefined
    ? Effect.fail(new SessionConfigError({ reason: "NoConfig", path: undefined, message }))
    : Effect.succeed(path)
}

/** A writable directory below the home directory from which the configuration includes every file, or every `*.conf`. */
export const dropInDirectory = (main: ConfigFile, environment: Environment): string | undefined => {
  const home = environment["HOME"] ?? "/nonexistent"
  return includesOf(main, environment)
    .filter(pattern => /\/\*(?:\.conf)?$/.test(pattern) && pattern.startsWith(`${home}/`))
    .map(dirname)
    .find(directory => canWrite(directory))
}

const readOnly = (path: string, line: string) => {
  const why = path.startsWith("/nix/store/")
    ? "Nix generates it; add the line to your Nix configuration"
    : "it cannot be written"
  const message = `${path} is not changed: ${why}. The line is: ${line}`
  return new SessionConfigError({ reason: "ReadOnly", path, message })
}

/** True if the file can be replaced, which takes a new file in its directory. */
const canReplace = (path: string) => canWrite(path) && canWrite(dirname(path))

/**
 * The file for a configuration without the line: a file in a directory that it includes, else the configuration itself, else a
 * copy of the distribution's in `config`. Fails with `ReadOnly` if all of them cannot be written.
 */
export const chooseFile = (
  main: string,
  { config, environment, line }: { readonly config: string; readonly environment: Environment; readonly line: string },
): Effect.Effect<ChosenFile, SessionConfigError> =>
  Effect.gen(function* () {
    // A link stays; the file that it leads to is replaced.
    const real = yield* attempt(main, () => realpathSync(main))
    const text = yield* attempt(real, () => readFileSync(real, "latin1"))
    const directory = dropInDirectory({ path: main, text }, environment)
    if (directory !== undefined) {
      const dropIn = `${directory}/${DROP_IN}`
      const before = isFile(dropIn) ? yield* attempt(dropIn, () => readFileSync(dropIn, "latin1")) : ""
      return { path: dropIn, before, copiedFrom: undefined }
    }
    if (canReplace(real)) return { path: real, before: text, copiedFrom: undefined }
    const own = `${config}/sway/config`
    if (!isDistributions(real) || isFile(own)) return yield* readOnly(real, line)
    return { path: own, before: text, copiedFrom: real }
  })

/** The file behind one that has our block already. Fails with `ReadOnly` if it cannot be written. */
export const fileWithBlock = (
  { path, text }: ConfigFile,
  line: string,
): Effect.Effect<ChosenFile, SessionConfigError> =>
  Effect.gen(function* () {
    const real = yield* attempt(path, () => realpathSync(path))
    if (!canReplace(real)) return yield* readOnly(real, line)
    return { path: real, before: text, copiedFrom: undefined }
  })
