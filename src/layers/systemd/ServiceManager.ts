/**
 * Reports this process's state to the service manager, as sd_notify(3) does.
 *
 * Node has no datagram sockets. If systemd passes an open one (`OpenFile=`, since version 253) we write to it. Otherwise we run
 * `systemd-notify`, which takes about 10 ms a message.
 */
import { write } from "node:fs"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { cutText } from "../system/cutText.ts"
import { findProgram, searchPath, variable } from "../system/environment.ts"
import { errnoOf, wordsFor } from "../system/errno.ts"
import { Subprocess } from "../system/Subprocess.ts"
import { isSocket, passedDescriptors } from "./passedDescriptors.ts"

/**
 * A message did not reach the service manager.
 *
 * `NoTool`: there is neither a passed descriptor nor `systemd-notify`. `NotSent`: see `cause`.
 */
export class ServiceManagerError extends Data.TaggedError("ServiceManagerError")<{
  readonly reason: "NoTool" | "NotSent"
  readonly message: string
  readonly cause: unknown
}> {}

/** Assignments of sd_notify(3), such as `READY: "1"`. Values are cut to one line of {@link MAX_VALUE} bytes. */
export type Notification = Readonly<Record<string, string>>

/** The service manager of this process (sd_notify(3)). */
export class ServiceManager extends Context.Tag("i3pm/ServiceManager")<
  ServiceManager,
  {
    /** Sends one message. Does nothing if this process is not run by a service manager, or only in a service of another process. */
    readonly notify: (notification: Notification) => Effect.Effect<void, ServiceManagerError>
    /** How long the manager waits for `WATCHDOG=1` before it kills this process; none if the watchdog is off. */
    readonly watchdog: Option.Option<Duration.Duration>
  }
>() {}

/** The name of the descriptor in the daemon's unit: `OpenFile=…:notify`. */
export const DESCRIPTOR_NAME = "notify"

/** Where distributions install systemd-notify. The PATH is searched after these. */
const TOOL_DIRECTORIES = ["/usr/bin", "/bin", "/run/current-system/sw/bin"]

/** Most bytes of one value: a status line is for people, and a command-line argument has a limit. */
const MAX_VALUE = 500

/** One line without control characters: part of a status is the compositor's text. */
const assignment = ([name, value]: readonly [string, string]) =>
  `${name}=${cutText(value, MAX_VALUE).replaceAll(/\p{Cc}/gu, " ")}`

type Send = (text: string) => Effect.Effect<void, ServiceManagerError>

const notSent = (how: string, cause: unknown) =>
  new ServiceManagerError({ reason: "NotSent", message: `cannot notify the service manager: ${how}`, cause })

const textOf = (name: string) => Effect.map(variable(name), Option.getOrUndefined)

/** The number of the descriptor that the manager has passed to us; none if it has not. */
const passedDescriptor = Effect.map(
  Effect.orElseSucceed(passedDescriptors, () => []),
  all => Option.fromNullable(all.find(({ descriptor, name }) => name === DESCRIPTOR_NAME && isSocket(descriptor))),
)

const byDescriptor =
  (descriptor: number): Send =>
  text =>
    Effect.async(resume => {
      write(descriptor, text, cause =>
        resume(cause === null ? Effect.void : Effect.fail(notSent(wordsFor(errnoOf(cause)), cause))),
      )
    })

const byTool = (socket: string): Effect.Effect<Send, never, Subprocess> =>
  Effect.gen(function* () {
    const subprocess = yield* Subprocess
    const found = findProgram("systemd-notify", [...TOOL_DIRECTORIES, ...(yield* searchPath)])
    if (Option.isNone(found)) {
      const message = "cannot notify the service manager: systemd-notify is not installed"
      return () => Effect.fail(new ServiceManagerError({ reason: "NoTool", message, cause: undefined }))
    }
    return text =>
      subprocess.run(found.value, text.split("\n"), { env: { NOTIFY_SOCKET: socket } }).pipe(
        Effect.mapError(cause => notSent(cause.message, cause)),
        Effect.filterOrFail(
          ({ code }) => code === 0,
          finished => notSent(finished.stderr.trim(), finished),
        ),
      )
  })

const watchdogOf = Effect.gen(function* () {
  const microseconds = Number(yield* textOf("WATCHDOG_USEC"))
  const pid = yield* textOf("WATCHDOG_PID")
  return microseconds > 0 && (pid === undefined || Number(pid) === process.pid)
    ? Option.some(Duration.micros(BigInt(Math.round(microseconds))))
    : Option.none()
})

/**
 * The process that the manager started (`SYSTEMD_EXEC_PID`, systemd.exec(5)), if it is neither this one nor one that has run this one as its
 * command. Then `NOTIFY_SOCKET` was inherited, and is for another service: systemd would take this process's end for the end of a compositor
 * that is a service itself, and soon kill the whole session.
 */
const otherService = Effect.map(textOf("SYSTEMD_EXEC_PID"), pid =>
  pid === undefined || Number(pid) === process.pid || Number(pid) === process.ppid ? undefined : pid,
)

const silent = ServiceManager.of({ notify: () => Effect.void, watchdog: Option.none() })

/** Reads `NOTIFY_SOCKET` and the other variables of sd_notify(3) once. */
export const make = Effect.gen(function* () {
  const socket = yield* textOf("NOTIFY_SOCKET")
  if (socket === undefined) return silent
  const other = yield* otherService
  if (other !== undefined) {
    yield* Effect.logInfo(`systemd is told nothing: NOTIFY_SOCKET is for the service of process ${other}`)
    return silent
  }
  const watchdog = yield* watchdogOf
  const descriptor = yield* passedDescriptor
  const send = Option.isSome(descriptor) ? byDescriptor(descriptor.value.descriptor) : yield* byTool(socket)
  return ServiceManager.of({
    notify: notification => send(Object.entries(notification).map(assignment).join("\n")),
    watchdog,
  })
})

/** The service manager that started this process, if one did. */
export const layer: Layer.Layer<ServiceManager, never, Subprocess> = Layer.effect(ServiceManager, make)
