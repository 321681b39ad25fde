/**
 * Variables of the environment, read through Effect's ConfigProvider: so a test can give its own, and bytes that are not UTF-8
 * are kept (`rawProcess.ts`).
 */
import { accessSync, constants } from "node:fs"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The value of a variable; none if it is not set or is empty. */
export const variable = (name: string): Effect.Effect<Option.Option<string>> =>
  Config.option(Config.nonEmptyString(name)).pipe(Effect.orElseSucceed(Option.none<string>))

/** The values of those variables that are set and not empty, by name. */
export const variables = (names: ReadonlyArray<string>): Effect.Effect<Readonly<Record<string, string>>> =>
  Effect.map(
    Effect.forEach(names, name =>
      Effect.map(
        variable(name),
        Option.map(value => [name, value] as const),
      ),
    ),
    found => Object.fromEntries(found.flatMap(Option.toArray)),
  )

/** The values of those variables that are set, by name; an empty value is one. */
export const setVariables = (names: ReadonlyArray<string>): Effect.Effect<ReadonlyMap<string, string>> =>
  Effect.map(
    Effect.forEach(names, name =>
      Effect.map(
        Effect.orElseSucceed(Config.option(Config.string(name)), Option.none<string>),
        Option.map(value => [name, value] as const),
      ),
    ),
    found => new Map(found.flatMap(Option.toArray)),
  )

/** True for a program that this process may run. */
const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The path of a program in the first of these directories that has it; none if it is not found. Relative directories, which a
 * `$PATH` may hold, are left out: what is in them depends on where this process runs.
 */
export const findProgram = (name: string, directories: ReadonlyArray<string>): Option.Option<string> =>
  Option.fromNullable(
    directories
      .filter(directory => directory.startsWith("/"))
      .map(directory => `${directory}/${name}`)
      .find(isExecutable),
  )

/** The directories of `$PATH`, in its order. */
export const searchPath: Effect.Effect<ReadonlyArray<string>> = Effect.map(
  variable("PATH"),
  Option.match({ onNone: () => [], onSome: path => path.split(":") }),
)
