/**
 * The guard of a session: it starts a successor, which takes over the session, if the process that holds it (the holder) is killed.
 *
 * The guard is a transient unit, so that it survives when all processes of the holder's control group are killed. A shell in it reads
 * from a pipe that the holder keeps open. The end of that pipe means that the holder was killed.
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
import { errnoOf, wordsFor } from "../system/errno.ts"

/** The program that the guard starts when the holder was killed. It takes over; `commands/sessionRun.ts` says which program that is. */
export interface Successor {
  /** The program and its arguments. */
  readonly command: ReadonlyArray<string>
  /** Variables for it: the holder has them from the compositor, and the user manager may not know them. */
  readonly variables: Readonly<Record<string, string>>
}

/** Starts a successor if this process is killed. */
export class SessionGuard extends Context.Tag("i3pm/SessionGuard")<
  SessionGuard,
  {
    /**
     * Starts a guard for this process. When this returns, the guard is ready, or a warning was logged that says why there is no
     * guard. At the end of the scope the guard ends, and the successor does not run.
     */
    readonly watch: (successor: Successor) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}

/**
 * There is no guard. `NotInstalled`: systemd-run is not installed. `NotStarted`: it cannot be run. `Refused`: it ended before the
 * guard was ready; the message is systemd-run's. `Timeout`: systemd did not start the guard in time.
 */
class SessionGuardError extends Data.TaggedError("SessionGuardError")<{
  readonly reason: "NotInstalled" | "NotStarted" | "Refused" | "Timeout"
  readonly message: string
  readonly cause: unknown
}> {}

/** How long to wait for the guard. systemd starts a unit within 0.1 s; a busy systemd must not delay the session for long. */
const startDeadline = Duration.seconds(5)

/** The line by which the holder ends the guard. */
const DONE = "done"

/**
 * The guard prints a line when it is ready, then reads one. If the input ends without {@link DONE}, the holder was killed, and the
 * successor runs. systemd-cat connects the successor to the journal, since the unit's own output was a pipe to the holder.
 */
const script =
  `echo ready; exec >/dev/null 2>&1; read -r line || :; [ "$line" = ${DONE} ] || ` +
  'exec systemd-cat --identifier=i3pm "$@"'

/** The name has our pid in it: the guard of an earlier session may still be running. */
const unitOf = (pid: number) => `i3pm-session-guard-${pid}.service`

/** Variables that the successor needs, beside those that the session has set. */
const inherited = ["PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"]

/** A name without a value makes systemd-run take it from its own environment, so that no value shows up in a command line. */
const setEnvOptions = (names: ReadonlyArray<string>) => names.map(name => `--setenv=${name}`)

const optionsOf = (pid: number) => [
  ...["--user", "--quiet", "--collect", "--pipe", `--unit=${unitOf(pid)}`, "--slice=session.slice"],
  "--description=Takes over the Sway session if i3pm session run is killed",
]

const isWritable = (stream: Readable | Writable | null | undefined): stream is Writable =>
  typeof stream === "object" && stream !== null && "write" in stream

/** Our end of the guard's input. */
const inputOf = ({ stdio }: ChildProcess): Writable | undefined => (isWritable(stdio[3]) ? stdio[3] : undefined)

/**
 * systemd-run passes its standard input to the unit, which keeps it after systemd-run has ended. We use descriptor 3 for it,
 * because Node closes a child's standard input when that child ends.
 */
const start = ({ command, variables }: Successor): ChildProcess => {
  const env = { ...childEnvironment(process.env), ...variables }
  const names = [...new Set([...inherited.filter(name => name in env), ...Object.keys(variables)])]
  const words = [...optionsOf(process.pid), ...setEnvOptions(names), "--", "/bin/sh", "-c", script, "sh", ...command]
  const child = spawn("/bin/sh", ["-c", 'exec systemd-run "$@" <&3 3<&-', "sh", ...words], {
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true,
  })
  // Writing to a guard that was killed fails; that is no error of ours.
  inputOf(child)?.on("error", () => {})
  return child
}

/** Ends the guard without a successor. It may be called before the guard is ready: the line waits in the pipe. */
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

/** A shell's exit status for a program that is not found (POSIX). */
const NOT_FOUND = 127

const refused = (output: string, code: number | null, signal: NodeJS.Signals | null) => {
  const fail = (reason: SessionGuardError["reason"], message: string) =>
    new SessionGuardError({ reason, message, cause: { code, signal, output } })
  if (code === NOT_FOUND) return fail("NotInstalled", "systemd-run, a part of systemd, is not installed")
  const text = output.trim()
  return fail("Refused", text === "" ? `systemd-run ended with ${signal ?? `exit status ${code}`}` : text)
}

/** Waits until the guard prints that it is ready. */
const untilReady = (child: ChildProcess) =>
  Effect.async<void, SessionGuardError>(resume => {
    let output = ""
    child.stderr?.on("data", chunk => {
      output = `${output}${chunk}`.slice(0, 500)
    })
    child.stdout?.once("data", () => resume(Effect.void))
    child.once("error", cause =>
      resume(
        Effect.fail(
          new SessionGuardError({
            reason: "NotStarted",
            message: `cannot run systemd-run: ${wordsFor(errnoOf(cause))}`,
            cause,
          }),
        ),
      ),
    )
    child.once("close", (code, signal) => resume(Effect.fail(refused(output, code, signal))))
  }).pipe(
    Effect.timeoutFail({
      duration: startDeadline,
      onTimeout: () =>
        new SessionGuardError({
          reason: "Timeout",
          message: `systemd did not start ${unitOf(process.pid)} within ${Duration.format(startDeadline)}`,
          cause: undefined,
        }),
    }),
  )

const notStarted = (cause: unknown) =>
  new SessionGuardError({ reason: "NotStarted", message: `systemd-run cannot be started: ${cause}`, cause })

const watch = (successor: Successor): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.try({ try: () => start(successor), catch: notStarted }), dismiss).pipe(
    Effect.tap(untilReady),
    // systemd-run only waits for the end of the unit now. The unit has the pipe, so systemd-run is not needed any more.
    Effect.tap(child => Effect.sync(() => child.kill("SIGKILL"))),
    Effect.asVoid,
    Effect.catchAll(({ message }) =>
      Effect.logWarning(`this session has no guard, so nothing takes it over if this process is killed: ${message}`),
    ),
  )

/** Guards that run as units of the user manager. */
export const layer: Layer.Layer<SessionGuard> = Layer.succeed(SessionGuard, { watch })
