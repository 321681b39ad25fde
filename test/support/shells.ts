/** Shells, started for real: what each offers for words that follow `i3pm`, from the scripts that are shipped. */
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type { Tool } from "./needs.ts"
import { runAs, type SpawnOptions } from "./Spawn.ts"
import { HarnessError, makeRuntimeDir, stageBundle, stageFile } from "./TestUser.ts"

const driverOf = (name: string) => stageFile(fileURLToPath(new URL(name, import.meta.url)))

/** Words that follow `i3pm`; the last is to be completed. */
export type Question = ReadonlyArray<string>

/** What is put around a shell, as {@link SpawnOptions} has it, and variables for it. */
export type Place = Pick<SpawnOptions, "within" | "env">

/** One of the shells. */
export interface Shell {
  readonly tools: ReadonlyArray<Tool>
  /** What the shell offers for each question; `place` is where it runs, the machine as it is without one. */
  readonly offers: (
    questions: ReadonlyArray<Question>,
    place?: Place,
  ) => Effect.Effect<ReadonlyArray<ReadonlyArray<string>>, HarnessError>
}

const linesOf = (text: string) => text.split("\n").filter(line => line !== "")

/** Gives the directory of the scripts to a test that runs something there. */
export const inDirectory = <A, E>(
  use: (directory: string, runtimeDir: string) => Effect.Effect<A, E>,
): Effect.Effect<A, E | HarnessError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const entry = yield* stageBundle
      return yield* use(path.join(path.dirname(entry), "completions"), yield* makeRuntimeDir)
    }),
  )

/** What a command says that must not fail, nor complain. */
const run = (command: string, args: ReadonlyArray<string>, runtimeDir: string, place: Place = {}) =>
  runAs(command, args, { runtimeDir, ...place }).pipe(
    Effect.filterOrFail(
      ({ code, stderr }) => code === 0 && stderr === "",
      ({ code, stderr }) => new HarnessError({ message: `${command} ended with ${code}: ${stderr}` }),
    ),
    Effect.map(({ stdout }) => stdout),
  )

/** Its completion function, called as readline calls it. */
export const bash: Shell = {
  tools: ["bash"],
  offers: (questions, place) =>
    inDirectory((directory, runtimeDir) =>
      Effect.gen(function* () {
        const driver = yield* driverOf("complete.bash")
        const args = ["--noprofile", "--norc", driver, `${directory}/i3pm.bash`]
        return yield* Effect.forEach(questions, words =>
          Effect.map(run("bash", [...args, ...words], runtimeDir, place), linesOf),
        )
      }).pipe(Effect.scoped),
    ),
}

/** What is offered for each line, what is shown for it, and what a tab makes of the line. All in one zsh, which takes a second to start. */
export const zshTabs = (lines: ReadonlyArray<string>, place?: Place) =>
  inDirectory((directory, runtimeDir) =>
    Effect.gen(function* () {
      const driver = yield* driverOf("complete.zsh")
      const said = (yield* run("zsh", ["-f", driver, directory, ...lines], runtimeDir, place)).split("\n")
      return lines.map((_, at) => ({
        offers: (said[3 * at] ?? "").split("\t").filter(offer => offer !== ""),
        shown: (said[3 * at + 1] ?? "").split("\t"),
        line: said[3 * at + 2],
      }))
    }).pipe(Effect.scoped),
  )

/** As it is typed. */
export const lineOf = (words: Question) => ["i3pm", ...words].join(" ")

/** On a terminal of its own. */
export const zsh: Shell = {
  tools: ["zsh"],
  offers: (questions, place) =>
    Effect.map(zshTabs(questions.map(lineOf), place), tabs => tabs.map(({ offers }) => offers)),
}

/** Each offer with what it means. */
export const fishOffers = (line: string, place?: Place) =>
  inDirectory((directory, runtimeDir) =>
    Effect.map(
      run("fish", ["--no-config", "-c", `source ${directory}/i3pm.fish; complete -C '${line}'`], runtimeDir, place),
      text => linesOf(text).map(offer => offer.split("\t")),
    ),
  )

/** Through its own `complete -C`. */
export const fish: Shell = {
  tools: ["fish"],
  offers: (questions, place) =>
    Effect.forEach(questions, words =>
      Effect.map(fishOffers(lineOf(words), place), pairs => pairs.map(([word = ""]) => word)),
    ),
}
