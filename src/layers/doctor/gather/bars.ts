/** Reads the configurations of the bars, and looks for i3pm in them. */
import { readdirSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ConfigFile } from "../../session/config/includes.ts"
import { variables } from "../../system/environment.ts"
import { mayHang } from "../../system/mounts.ts"
import { readSmallFile } from "../../system/readSmallFile.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import type { UnitProperties } from "../../systemd/units/properties.ts"
import type { BarConfig, BarLine, BarStarts } from "../BarFacts.ts"
import { type Looked, unseen } from "../Facts.ts"
import { linesIn, placeVariables, swayFiles } from "./swayConfig.ts"

/** Most bytes of a bar's configuration. */
const MAX_SIZE = 1024 * 1024

/** Where each bar looks for its configuration, below `$XDG_CONFIG_HOME`. `names` are patterns of file names. */
const places: ReadonlyArray<readonly [bar: string, directory: string, names: RegExp]> = [
  ["waybar", "waybar", /^config$|\.jsonc?$/],
  ["eww", "eww", /\.yuck$/],
  ["polybar", "polybar", /^config$|\.ini$/],
]

const namesIn = (directory: string, pattern: RegExp) => {
  try {
    return readdirSync(directory)
      .filter(name => pattern.test(name))
      .sort()
  } catch {
    return []
  }
}

/** How a text uses i3pm: every line that runs it counts, but not comments. */
export const useIn = (text: string): BarConfig["use"] => {
  const lines = text
    .split("\n")
    .filter(line => !/^\s*(?:#|\/\/|;)/.test(line) && /(?:\bi3pm|main\.cjs)["']?\s+diagnose\b/.test(line))
  if (lines.length === 0) return "none"
  return lines.every(line => line.includes("--watch")) ? "watches" : "polls"
}

const configOf = (bar: string, path: string) =>
  Effect.map(Effect.option(readSmallFile(path, MAX_SIZE)), found =>
    Option.match(Option.flatten(found), {
      onNone: (): ReadonlyArray<BarConfig> => [],
      onSome: bytes => [{ bar, path, use: useIn(bytes.toString("utf8")) }],
    }),
  )

/** The `bar` blocks of Sway's and i3's configuration run a command of their own. */
const swaybars = (files: ReadonlyArray<ConfigFile>): ReadonlyArray<BarConfig> =>
  files
    .filter(({ text }) => /^\s*status_command\s/m.test(text))
    .map(file => ({ bar: "swaybar", path: file.path, use: useIn(file.text) }))

/** A `bar` block starts swaybar, or its `swaybar_command`; waybar is often started by `exec` (sway(5), sway-bar(5)). */
const startsBar = /^\s*(?:bar(?:\s+[\w-]+)?\s*\{|exec(?:_always)?\s+(?:--no-startup-id\s+)?(?:\S*\/)?waybar\b)/

/** The lines of the block that begins at this index, to its closing brace. Blocks nest, as `colors` in a bar. */
const blockAt = (lines: ReadonlyArray<string>, start: number): ReadonlyArray<string> => {
  let depth = 0
  const end = lines.findIndex((line, index) => {
    if (index < start || /^\s*#/.test(line)) return false
    if (/\{\s*$/.test(line)) depth += 1
    if (/^\s*\}/.test(line)) depth -= 1
    return depth <= 0
  })
  return lines.slice(start, end < 0 ? lines.length : end + 1)
}

/** The lines of a configuration that start a bar. */
export const barLinesIn = (file: ConfigFile): ReadonlyArray<BarLine> => {
  const all = file.text.split("\n")
  return linesIn(file, startsBar).map((found): BarLine => {
    if (!found.text.startsWith("bar")) return { ...found, bar: "waybar", end: found.line }
    const block = blockAt(all, found.line - 1)
    const isWaybar = block.some(line => /^\s*(?:swaybar|i3bar)_command\s+(?:\S*\/)?waybar\b/.test(line))
    return { ...found, bar: isWaybar ? "waybar" : "swaybar", end: found.line + block.length - 1 }
  })
}

const unreadable = (config: string) => unseen(`${config} is on a file system that may not answer`)

/**
 * The configurations that exist. A directory on a network file system that may hang is not read. `loaded` is the configuration that the
 * running compositor has loaded.
 */
export const barFacts = (
  loaded: string | undefined,
): Effect.Effect<Looked<ReadonlyArray<BarConfig>>, never, UserDirs> =>
  Effect.gen(function* () {
    const { config } = yield* UserDirs
    if (mayHang(config)) return unreadable(config)
    const environment = yield* variables(placeVariables)
    const files = places.flatMap(([bar, directory, names]) =>
      namesIn(`${config}/${directory}`, names).map(name => [bar, `${config}/${directory}/${name}`] as const),
    )
    const found = yield* Effect.forEach(files, ([bar, path]) => configOf(bar, path), { concurrency: 4 })
    return Either.right([...found.flat(), ...swaybars(yield* swayFiles(config, environment, loaded))])
  })

const serviceState = ({ ActiveState, LoadState, UnitFileState = "" }: UnitProperties): BarStarts["service"] => {
  if (ActiveState === "active" || ActiveState === "activating") return "active"
  if (LoadState === "masked" || UnitFileState.startsWith("masked")) return "masked"
  if (UnitFileState.startsWith("enabled")) return "enabled"
  return LoadState === "loaded" ? "disabled" : "absent"
}

/** What starts a bar; `service` are systemd's properties of `waybar.service`. `loaded`: see {@link barFacts}. */
export const barStarts = (
  service: UnitProperties,
  loaded: string | undefined,
): Effect.Effect<Looked<BarStarts>, never, UserDirs> =>
  Effect.gen(function* () {
    const { config } = yield* UserDirs
    if (mayHang(config)) return unreadable(config)
    const files = yield* swayFiles(config, yield* variables(placeVariables), loaded)
    const lines = files.flatMap(barLinesIn)
    return Either.right({ service: serviceState(service), lines, main: files[0]?.path, config })
  })
