/**
 * A guard of the session on systemd's side: a transient unit, with a control group of its own, that goes on with the session
 * where the process that holds it is killed. It sleeps in a shell that reads from that process until the process is gone.
 */
import { type ChildProcess, spawn } from "node:child_process"
import type { Readable, Writable } from "node:stream"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { childEnvironment } from "../system/childEnvironment.ts"

/** What the guard does when the process that it watches is gone. */
export interface Successor {
  /** The words of the program to run. */
  readonly command: ReadonlyArray<string>
  /** Given to it as environment: what the holder has from the compositor, and the user manager need not have. */
  readonly variables: Readonly<Record<string, string>>
}

export class SessionGuard extends Context.Tag("i3pm/SessionGuard")<
  SessionGuard,
  {
    /**
     * Has the successor run by the user manager when this process is killed. The guard is there when this succeeds; where
     * there is none to be had, a warning says so. The end of the scope dismisses it: then nothing is left to do for it.
     */
    readonly watch: (successor: Successor) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}

/**
 * There is no guard. `NotInstalled`: there is no systemd-run. `NotStarted`: it cannot be run. `Refused`: it ended before the
 * guard was there; the message is systemd-run's. `Timeout`: systemd did not start the guard in time.
 */
class SessionGuardError extends Data.TaggedError("SessionGuardError")<{
  readonly reason: "NotInstalled" | "NotStarted" | "Refused" | "Timeout"
  readonly message: string
  readonly cause: unknown
}> {}

/** How long to wait for the guard: systemd starts a unit within 0.1 s, and a busy one must not keep a session waiting. */
const startDeadline = Duration.seconds(5)

/** The word that dismisses the guard. */
const DONE = "done"

/**
 * Says that it is there, then reads one line. The end of the stream without that word means that the holder was killed.
 * systemd-cat gives the successor the journal: the output that the unit was started with ends with the holder.
 */
const script =
  `echo ready; exec >/dev/null 2>&1; read -r said || :; [ "$said" = ${DONE} ] || ` +
  'exec systemd-cat --identifier=i3pm "$@"'

/** The name is this process's own: a guard of an earlier session may still be at work. */
const unitOf = (pid: number) => `i3pm-session-guard-${pid}.service`

/** What the programs of the successor need to find, beside what the session has set. */
const inherited = ["PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"]

/** A name without a value makes systemd-run take the value from its own environment: it is not in a command line. */
const handedOver = (names: ReadonlyArray<string>) => names.map(name => `--setenv=${name}`)

const optionsOf = (pid: number) => [
  ...["--user", "--quiet", "--collect", "--pipe", `--unit=${unitOf(pid)}`, "--slice=session.slice"],
  "--description=Ends the Sway session when i3pm session run was killed",
]

const isWritable = (stream: Readable | Writable | null | undefined): stream is Writable =>
  typeof stream === "object" && stream !== null && "write" in stream

/** Our end of the guard's input. */
const inputOf = ({ stdio }: ChildProcess): Writable | undefined => (isWritable(stdio[3]) ? stdio[3] : undefined)

/**
 * systemd-run hands its own standard input to the unit, which keeps it when systemd-run is gone. It is our descriptor 3: what
 * Node knows as a child's standard input it closes when that child ends.
 */
const start = ({ command, variables }: Successor): ChildProcess => {
  const env = { ...childEnvironment(process.env), ...variables }
  const names = [...new Set([...inherited.filter(name => name in env), ...Object.keys(variables)])]
  const words = [...optionsOf(process.pid), ...handedOver(names), "--", "/bin/sh", "-c", script, "sh", ...command]
  const child = spawn("/bin/sh", ["-c", 'exec systemd-run "$@" <&3 3<&-', "sh", ...words], {
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true,
  })
  // A guard that somebody has killed reads no more.
  inputOf(child)?.on("error", () => {})
  return child
}

/** Said even before the guard is there: it reads it then. Where nobody reads, nobody runs the successor either. */
const dismiss = (child: ChildProcess) =>
  Effect.async<void>(resume => {
    const input = inputOf(child)
    if (input === undefined || input.destroyed) return resume(Effect.void)
    input.end(`${DONE}\n`, () => resume(Effect.void))
  }).pipe(
    Effect.tap(() =>
      Effect.sync(() => {
        for (const stream of child.stdio) stream?.destroy()
        child.unref()
      }),
    ),
  )

/** The shell's exit status for a program that is not there. */
const NOT_FOUND = 127

const refused = (said: string, code: number | null, signal: NodeJS.Signals | null) => {
  const fail = (reason: SessionGuardError["reason"], message: string) =>
    new SessionGuardError({ reason, message, cause: { code, signal, said } })
  if (code === NOT_FOUND) return fail("NotInstalled", "systemd-run, a part of systemd, is not installed")
  const text = said.trim()
  return fail("Refused", text === "" ? `systemd-run ended with ${signal ?? `exit status ${code}`}` : text)
}

/** Waits until the guard says that it is there. */
const untilReady = (child: ChildProcess) =>
  Effect.async<void, SessionGuardError>(resume => {
    let said = ""
    child.stderr?.on("data", chunk => {
      said = `${said}${chunk}`.slice(0, 500)
    })
    child.stdout?.once("data", () => resume(Effect.void))
    child.once("error", cause =>
      resume(Effect.fail(new SessionGuardError({ reason: "NotStarted", message: cause.message, cause }))),
    )
    child.once("close", (code, signal) => resume(Effect.fail(refused(said, code, signal))))
  }).pipe(
    Effect.timeoutFail({
      duration: startDeadline,
      onTimeout: () =>
        new SessionGuardError({
          reason: "Timeout",
          message: `systemd has not started ${unitOf(process.pid)} within ${Duration.format(startDeadline)}`,
          cause: undefined,
        }),
    }),
  )

const notStarted = (cause: unknown) =>
  new SessionGuardError({ reason: "NotStarted", message: `systemd-run cannot be started: ${cause}`, cause })

const watch = (successor: Successor): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.try({ try: () => start(successor), catch: notStarted }), dismiss).pipe(
    Effect.tap(untilReady),
    // It would only wait for the end of the unit, which needs it no longer.
    Effect.tap(child => Effect.sync(() => child.kill("SIGKILL"))),
    Effect.asVoid,
    Effect.catchAll(({ message }) =>
      Effect.logWarning(`this session has no guard, so nobody ends it if this process is killed: ${message}`),
    ),
  )

/** Guards that are units of the user manager. */
export const layer: Layer.Layer<SessionGuard> = Layer.succeed(SessionGuard, { watch })
