/**
 * A guard of the session on systemd's side: a transient unit, with a control group of its own, that goes on with the session
 * where the process that holds it is killed. It sleeps in a shell that reads from that process until the process is gone.
 */
import { spawn } from "node:child_process"
import type { Writable } from "node:stream"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { childEnvironment } from "../system/childEnvironment.ts"

export class SessionGuard extends Context.Tag("i3pm/SessionGuard")<
  SessionGuard,
  {
    /**
     * Has `command` run by the user manager as soon as this process is gone without having said that all is done. With the
     * scope's end nothing is said yet. Where there is no guard to be had, a warning says so.
     */
    readonly watch: (command: ReadonlyArray<string>) => Effect.Effect<Watch, never, Scope.Scope>
  }
>() {}

/** A guard that watches. */
export interface Watch {
  /** Tells the guard that there is nothing left to do: it ends without a deed. */
  readonly dismiss: Effect.Effect<void>
}

/** The word that dismisses the guard. */
const DONE = "done"

/** Reads one line; the end of the stream without that word means that the holder was killed. */
const script = `read -r said || :; [ "$said" = ${DONE} ] || exec systemd-cat --identifier=i3pm "$@"`

/** The name is this process's own: a guard of an earlier session may still be at work. */
const unitOf = (pid: number) => `i3pm-session-guard-${pid}.service`

const options = (pid: number) => [
  ...["--user", "--quiet", "--collect", "--pipe", `--unit=${unitOf(pid)}`, "--slice=session.slice"],
  "--description=Ends the Sway session when i3pm session run was killed",
]

/**
 * systemd-run hands its own standard input to the unit, which keeps it when systemd-run is killed. It is our descriptor 3: what
 * Node knows as a child's standard input it closes when that child ends.
 */
const start = (command: ReadonlyArray<string>) => {
  const words = [...options(process.pid), "/bin/sh", "-c", script, "sh", ...command]
  return spawn("/bin/sh", ["-c", 'exec systemd-run "$@" <&3 3<&- >/dev/null', "sh", ...words], {
    env: childEnvironment(process.env),
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    detached: true,
  })
}

const isWritable = (stream: unknown): stream is Writable =>
  typeof stream === "object" && stream !== null && "write" in stream

const watch = (command: ReadonlyArray<string>): Effect.Effect<Watch, never, Scope.Scope> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<never>()
    const warn = (why: string) =>
      Effect.logWarning(`nobody ends the session if this process is killed: ${why}`).pipe(
        Effect.provide(runtime),
        Effect.runFork,
      )
    const guard = yield* Effect.acquireRelease(
      Effect.try({ try: () => start(command), catch: cause => cause }),
      child =>
        Effect.sync(() => {
          const [, , , pipe] = child.stdio
          if (isWritable(pipe)) pipe.destroy()
          child.stderr?.destroy()
          child.unref()
        }),
    ).pipe(Effect.option)
    if (guard._tag === "None") {
      warn("systemd-run cannot be started")
      return { dismiss: Effect.void }
    }
    const child = guard.value
    let said = ""
    child.stderr?.on("data", chunk => {
      said = `${said}${chunk}`.slice(0, 500)
    })
    child.on("error", ({ message }) => void warn(message))
    // Not where it was killed: the unit lives on.
    child.on("close", code => {
      if (code !== null && code !== 0) warn(said.trim() === "" ? `systemd-run ended with ${code}` : said.trim())
    })
    const [, , , pipe] = child.stdio
    if (isWritable(pipe)) pipe.on("error", () => {})
    return {
      dismiss: Effect.async<void>(resume => {
        if (!isWritable(pipe) || pipe.destroyed) return resume(Effect.void)
        pipe.end(`${DONE}\n`, () => resume(Effect.void))
      }),
    }
  })

/** Guards that are units of the user manager. */
export const layer: Layer.Layer<SessionGuard> = Layer.succeed(SessionGuard, { watch })
