/** What the Nix expressions of this repository come to, evaluated without a store, a network or nixpkgs. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { parseUnitText } from "../../src/layers/systemd/units/unitText.ts"
import { HarnessError } from "./TestUser.ts"

/** The path of a file in the repository. */
export const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Runs nix-instantiate with these arguments; fails with what it says. */
export const nixInstantiate = (args: ReadonlyArray<string>): Effect.Effect<string, HarnessError> =>
  Effect.async(resume => {
    // Without a store nothing is left behind, and root need not have users to build as.
    const all = ["--option", "build-users-group", "", "--store", "dummy://", ...args]
    const child = execFile("nix-instantiate", all, { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail(new HarnessError({ message: stderr }))),
    )
    return Effect.sync(() => child.kill())
  })

/** The value of an expression file, as JSON has it. */
export const evaluateNix = <A>(file: string, ...args: ReadonlyArray<string>): Effect.Effect<A, HarnessError> =>
  Effect.map(
    nixInstantiate(["--eval", "--strict", "--json", inRepository(file), ...args]),
    (text): A => JSON.parse(text),
  )

/** What home-manager makes of a configuration: nix/tests/evaluate.nix. */
export interface Evaluated {
  /** By their path below `XDG_CONFIG_HOME`. */
  readonly files: Readonly<Record<string, string>>
  readonly packages: ReadonlyArray<string>
  /** What is added to the sway configuration. */
  readonly sway: string
  readonly warnings: ReadonlyArray<string>
}

/** One of nix/tests/configurations.nix. */
export const configuration = (name: string, ...args: ReadonlyArray<string>): Effect.Effect<Evaluated, HarnessError> =>
  evaluateNix("nix/tests/evaluate.nix", "-A", `configurations.${name}`, ...args)

/** A configuration of one's own, in Nix. */
export const configurationOf = (module: string): Effect.Effect<Evaluated, HarnessError> =>
  evaluateNix("nix/tests/evaluate.nix", "-A", "this", "--arg", "module", module)

/** The units among the files, by name. */
export const unitsOf = ({ files }: Evaluated): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) => {
      const name = /^systemd\/user\/([^/]+)$/.exec(path)?.[1]
      return name === undefined ? [] : [[name, text]]
    }),
  )

/** The links that enable units, `TARGET.wants/UNIT`. */
export const linksOf = ({ files }: Evaluated): ReadonlyArray<string> =>
  Object.keys(files)
    .flatMap(path => /^systemd\/user\/(.+\/.+)$/.exec(path)?.[1] ?? [])
    .sort()

/** A unit file as systemd reads it: `section.directive` to its values, in which lists of units are words. */
export const meaningOf = (text: string): Readonly<Record<string, ReadonlyArray<string>>> => {
  const meaning: Record<string, Array<string>> = {}
  let section = ""
  for (const { kind, name, value } of parseUnitText(text)) {
    if (kind === "section") section = name
    if (kind !== "assignment") continue
    const isList = (section === "Unit" || section === "Install") && name !== "Description"
    const key = `${section}.${name}`
    meaning[key] = [...(meaning[key] ?? []), ...(isList ? value.split(/\s+/) : [value])]
  }
  return meaning
}
