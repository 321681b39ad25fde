/** Finds and reads the configuration and the style that waybar reads, with the files that they include. */
import { dirname, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { variables } from "../../../layers/system/environment.ts"
import { readSmallFile } from "../../../layers/system/readSmallFile.ts"
import { type JsoncError, parseJsonc } from "./jsonc.ts"

/** A file and its text. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** A file of waybar's configuration. */
export interface ConfigFile extends TextFile {
  readonly value: Either.Either<unknown, JsoncError>
}

/** What waybar reads, each with what it includes, the main file first; empty if there is none. `reason` says why one is not read. */
export interface WaybarFiles {
  /** Where the user's own files are, or would be. */
  readonly own: string
  readonly configs: ReadonlyArray<ConfigFile>
  readonly styles: ReadonlyArray<TextFile>
  readonly unread: ReadonlyArray<string>
}

/** Most bytes of a file. */
const MAX_SIZE = 1024 * 1024

/** Limits the depth, so that files which include each other do not loop. */
const MAX_DEPTH = 8

/** Waybar looks in these directories, in this order (waybar(5), and its config.cpp for the first). */
const directories = (environment: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const { HOME, WAYBAR_CONFIG_DIR, XDG_CONFIG_HOME } = environment
  return [
    ...(WAYBAR_CONFIG_DIR === undefined ? [] : [WAYBAR_CONFIG_DIR]),
    ...(XDG_CONFIG_HOME === undefined ? [] : [`${XDG_CONFIG_HOME}/waybar`]),
    ...(HOME === undefined ? [] : [`${HOME}/.config/waybar`, `${HOME}/waybar`]),
    "/etc/xdg/waybar",
  ].map(directory => directory.replace(/(?<=.)\/+$/, ""))
}

/** The objects of a configuration: one for each bar. */
export const barsIn = (value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  if (Array.isArray(value)) return value.flatMap(barsIn)
  return typeof value === "object" && value !== null ? [{ ...value }] : []
}

const strings = (value: unknown): ReadonlyArray<string> =>
  (Array.isArray(value) ? value : [value]).filter(each => typeof each === "string")

const included = ({ path, value }: ConfigFile, home: string) =>
  barsIn(Either.getOrElse(value, () => undefined))
    .flatMap(bar => strings(bar["include"]))
    .map(name => resolve(dirname(path), name.replace(/^(?:~|\$HOME)(?=\/)/, home)))

const imported = ({ path, text }: TextFile) =>
  [...text.matchAll(/@import\s+(?:url\(\s*)?["']?([^"')\s;]+)/g)].map(([, name = ""]) =>
    resolve(dirname(path), name.replace(/^file:\/\//, "")),
  )

/** Reads the first of these files that exists, and what it includes. A file that cannot be read is a reason. */
const readAll = <A extends TextFile>(
  candidates: ReadonlyArray<string>,
  make: (file: TextFile) => A,
  includes: (file: A) => ReadonlyArray<string>,
) =>
  Effect.gen(function* () {
    const files: Array<A> = []
    const unread: Array<string> = []
    const visit = (path: string, depth: number): Effect.Effect<boolean> =>
      Effect.gen(function* () {
        if (depth > MAX_DEPTH || files.some(file => file.path === path)) return false
        const found = yield* Effect.either(readSmallFile(path, MAX_SIZE))
        if (Either.isLeft(found)) {
          unread.push(`${path} ${found.left.message}`)
          return true
        }
        if (Option.isNone(found.right)) return false
        const file = make({ path, text: found.right.value.toString("utf8") })
        files.push(file)
        yield* Effect.forEach(includes(file), each => visit(each, depth + 1), { discard: true })
        return true
      })
    for (const path of candidates) if (yield* visit(path, 0)) break
    return { files, unread }
  })

/** Looks at the files. It never fails and changes nothing. */
export const waybarFiles: Effect.Effect<WaybarFiles> = Effect.gen(function* () {
  const environment = yield* variables(["HOME", "WAYBAR_CONFIG_DIR", "XDG_CONFIG_HOME"])
  const all = [...new Set(directories(environment))]
  const home = environment["HOME"] ?? ""
  const configs = yield* readAll(
    all.flatMap(directory => [`${directory}/config`, `${directory}/config.jsonc`]),
    (file): ConfigFile => ({ ...file, value: parseJsonc(file.text) }),
    file => included(file, home),
  )
  const styles = yield* readAll(
    all.map(directory => `${directory}/style.css`),
    file => file,
    imported,
  )
  return {
    own: all[0] ?? "/etc/xdg/waybar",
    configs: configs.files,
    styles: styles.files,
    unread: [...configs.unread, ...styles.unread],
  }
})
