/** Reads the last lines that i3pm has logged. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Subprocess } from "../../system/Subprocess.ts"
import { type Looked, unseen } from "../Facts.ts"

/** Enough to show what came before a failure. */
const LINES = 100

const DEADLINE = Duration.millis(1500)

/** `-t`: the `SyslogIdentifier=` of i3pm's units. JSON, since other formats put the host's name before each line. */
const ARGUMENTS = ["--user", "--no-pager", "--quiet", "-t", "i3pm", "-n", String(LINES), "--output=json"]

/** A record of `journalctl --output=json`; bytes that are not text come as a list of numbers, and are left out. */
const lineOf = (record: string): ReadonlyArray<string> => {
  try {
    const value: unknown = JSON.parse(record)
    if (typeof value !== "object" || value === null || !("MESSAGE" in value)) return []
    const { MESSAGE } = value
    const at = "__REALTIME_TIMESTAMP" in value ? Number(value.__REALTIME_TIMESTAMP) / 1000 : Number.NaN
    const time = Number.isFinite(at) ? `${new Date(at).toISOString()} ` : ""
    return typeof MESSAGE === "string" ? [`${time}${MESSAGE}`] : []
  } catch {
    return []
  }
}

/** The lines, the oldest first. */
export const journalLines: Effect.Effect<Looked<ReadonlyArray<string>>, never, Subprocess> = Effect.gen(function* () {
  const { run } = yield* Subprocess
  const { code, stderr, stdout } = yield* run("journalctl", ARGUMENTS, { deadline: DEADLINE })
  return code === 0
    ? Either.right(stdout.split("\n").flatMap(lineOf))
    : unseen(stderr.trim().split("\n")[0] || `journalctl ended with exit status ${code}`)
}).pipe(Effect.catchAll(({ message }) => Effect.succeed(unseen(message))))
