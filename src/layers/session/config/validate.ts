/** Checks a new text of a configuration file with sway before it is installed. */
import { writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as durable from "../../system/durable.ts"
import { besideOf } from "../../system/leftovers.ts"
import type { Subprocess } from "../../system/Subprocess.ts"
import type { ChosenFile } from "./chooseFile.ts"
import { attempt, SessionConfigError } from "./SessionConfigError.ts"
import { check } from "./swayCheck.ts"

type Environment = Readonly<Record<string, string>>

/** Checks a text as if it were at `path`: from a file in the same directory, so that relative includes are found. */
const checkText = (path: string, text: string, environment: Environment) =>
  Effect.acquireUseRelease(
    attempt(path, () => {
      const made = durable.makeDirectory(dirname(path))
      const beside = besideOf(path)
      writeFileSync(beside, Buffer.from(text, "latin1"), { mode: 0o600 })
      return { beside, made }
    }),
    ({ beside }) => check(beside, environment),
    ({ beside, made }) =>
      Effect.sync(() => {
        Either.try(() => durable.removeFile(beside))
        if (made !== undefined) Either.try(() => durable.removeEmptyUpTo(dirname(path), made))
      }),
  )

/**
 * Fails with `Invalid` if sway finds an error in the new text `after`, and with `Unchecked` if sway could not be asked. The
 * message tells whether the error was in the old text too.
 */
export const validate = (
  { before, path }: ChosenFile,
  after: string,
  environment: Environment,
): Effect.Effect<void, SessionConfigError, Subprocess> =>
  Effect.gen(function* () {
    const verdict = yield* checkText(path, after, environment)
    if (verdict._tag === "right") return
    if (verdict._tag === "unchecked") {
      const message = `${path} is not changed: sway -C could not check it: ${verdict.why}`
      return yield* new SessionConfigError({ reason: "Unchecked", path, message })
    }
    const old = before === "" ? undefined : yield* checkText(path, before, environment)
    const since = old?._tag === "wrong" ? "an error that was there before" : "an error"
    const message = `${path} is not changed: sway finds ${since}: ${verdict.errors}`
    return yield* new SessionConfigError({ reason: "Invalid", path, message })
  })
