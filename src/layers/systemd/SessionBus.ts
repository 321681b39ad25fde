/** The session bus, as far as it starts services: they get its activation environment. Through systemd's `busctl`. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Finished, Subprocess, type SubprocessError } from "../system/Subprocess.ts"

/**
 * The session bus did not do what was asked.
 *
 * `NoTool`: there is no busctl. `NotRunning`: no session bus answers. `Killed`: busctl was killed. `Failed`: it refused; the message is busctl's.
 */
export class SessionBusError extends Data.TaggedError("SessionBusError")<{
  readonly reason: "NoTool" | "NotRunning" | "Killed" | "Failed"
  readonly message: string
  readonly cause: unknown
}> {}

export class SessionBus extends Context.Tag("i3pm/SessionBus")<
  SessionBus,
  {
    /** Succeeds when the bus answers. */
    readonly check: Effect.Effect<void, SessionBusError>
    /**
     * Sets variables for the services that the bus starts from now on (UpdateActivationEnvironment of the D-Bus
     * specification). There is no way to take one away: an empty value is the nearest.
     */
    readonly setEnvironment: (variables: Readonly<Record<string, string>>) => Effect.Effect<void, SessionBusError>
  }
>() {}

const BUS = ["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"] as const

const notRun = (cause: SubprocessError) =>
  cause.reason === "NotFound"
    ? new SessionBusError({ reason: "NoTool", message: "busctl, a part of systemd, is not installed", cause })
    : new SessionBusError({
        reason: cause.reason === "Killed" ? "Killed" : "Failed",
        message: cause.message,
        cause,
      })

const refused = ({ code, stderr }: Finished) => {
  const said = stderr.trim().split("\n")[0] ?? ""
  return /Failed to (?:connect to|set) .*bus/.test(stderr)
    ? new SessionBusError({
        reason: "NotRunning",
        message: `there is no session bus: ${said}`,
        cause: { code, stderr },
      })
    : new SessionBusError({ reason: "Failed", message: `the session bus refused: ${said}`, cause: { code, stderr } })
}

export const make = Effect.gen(function* () {
  const subprocess = yield* Subprocess

  const call = (method: string, ...args: ReadonlyArray<string>) =>
    subprocess.run("busctl", ["--user", "--quiet", "call", ...BUS, method, ...args]).pipe(
      Effect.mapError(notRun),
      Effect.filterOrFail(({ code }) => code === 0, refused),
      Effect.asVoid,
    )

  return SessionBus.of({
    check: call("GetId"),
    setEnvironment: variables => {
      const entries = Object.entries(variables)
      return entries.length === 0
        ? Effect.void
        : call("UpdateActivationEnvironment", "a{ss}", String(entries.length), "--", ...entries.flat())
    },
  })
})

export const layer: Layer.Layer<SessionBus, never, Subprocess> = Layer.effect(SessionBus, make)
