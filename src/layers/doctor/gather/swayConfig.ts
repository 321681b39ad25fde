/** Reads the configuration of sway, or of i3. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mainConfig } from "../../session/config/chooseFile.ts"
import { type ConfigFile, closureOf, decoded } from "../../session/config/includes.ts"
import { mayHang } from "../../system/mounts.ts"
import type { ConfigLine } from "../BarFacts.ts"

/** Variables that name the places of configurations. */
export const placeVariables: ReadonlyArray<string> = ["HOME", "PATH", "USER", "XDG_CONFIG_HOME", "XDG_DATA_HOME"]

/**
 * The files of Sway's configuration, or of i3's; empty without one. `loaded` is the one that the running compositor has loaded, such as one
 * that it was given by `-c`. It is not read where that may hang.
 */
export const swayFiles = (
  config: string,
  environment: Readonly<Record<string, string>>,
  loaded: string | undefined,
): Effect.Effect<ReadonlyArray<ConfigFile>> => {
  const readable = loaded === undefined || mayHang(loaded) ? undefined : loaded
  return Effect.map(Effect.option(mainConfig(config, environment["HOME"], readable)), main =>
    Option.match(main, {
      onNone: (): ReadonlyArray<ConfigFile> => [],
      onSome: path => closureOf(path, environment),
    }),
  )
}

/** The lines of a file that match; comments do not count. */
export const linesIn = ({ path, text }: ConfigFile, pattern: RegExp): ReadonlyArray<ConfigLine> =>
  text
    .split("\n")
    .flatMap((line, index) => (pattern.test(line) ? [{ path, line: index + 1, text: decoded(line).trim() }] : []))
