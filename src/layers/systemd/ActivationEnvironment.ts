/** The D-Bus activation environment: the variables of the services that the session bus starts. Set with systemd's `busctl`. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Finished, Subprocess, type SubprocessError } from "../system/Subprocess.ts"
import { BUS_QUESTION, busArguments } from "./firstQuestions.ts"

/**
 * A request to the session bus failed.
 *
 * `NoTool`: busctl is not installed. `NotRunning`: no session bus answers. `Killed`: busctl was killed, so it may be done or not.
 * `Failed`: the bus refused; the message is busctl's.
 */
export class ActivationEnvironmentError extends Data.TaggedError("ActivationEnvironmentError")<{
  readonly reason: "NoTool" | "NotRunning" | "Killed" | "Failed"
  readonly message: string
  readonly cause: unknown
}> {}

/** The environment of programs that D-Bus starts. */
export class ActivationEnvironment extends Context.Tag("i3pm/ActivationEnvironment")<
  ActivationEnvironment,
  {
    /** Succeeds if the session bus answers. It changes nothing. */
    readonly check: Effect.Effect<void, ActivationEnvironmentError>
    /**
     * Sets variables for the services that the bus starts from now on (UpdateActivationEnvironment in the D-Bus specification).
     * D-Bus cannot unset a variable; set it to an empty value instead.
     */
    readonly set: (variables: Readonly<Record<string, string>>) => Effect.Effect<void, ActivationEnvironmentError>
  }
>() {}

const notRun = (cause: SubprocessError) =>
  cause.reason === "NotFound"
    ? new ActivationEnvironmentError({
        reason: "NoTool",
        message: "busctl, a part of systemd, is not installed",
        cause,
      })
    : new ActivationEnvironmentError({
        reason: cause.reason === "Killed" ? "Killed" : "Failed",
        message: cause.message,
        cause,
      })

const refused = ({ code, stderr }: Finished) => {
  const output = stderr.trim().split("\n")[0] ?? ""
  return /Failed to (?:connect to|set) .*bus/.test(stderr)
    ? new ActivationEnvironmentError({
        reason: "NotRunning",
        message: `there is no session bus: ${output}`,
        cause: { code, stderr },
      })
    : new ActivationEnvironmentError({
        reason: "Failed",
        message: `the session bus refused: ${output}`,
        cause: { code, stderr },
      })
}

/** The environment, by `busctl --user`. */
export const make = Effect.gen(function* () {
  const subprocess = yield* Subprocess

  const call = (method: string, ...args: ReadonlyArray<string>) =>
    subprocess.run("busctl", busArguments(method, ...args)).pipe(
      Effect.mapError(notRun),
      Effect.filterOrFail(({ code }) => code === 0, refused),
      Effect.asVoid,
    )

  return ActivationEnvironment.of({
    check: call(BUS_QUESTION),
    set: variables => {
      const entries = Object.entries(variables)
      return entries.length === 0
        ? Effect.void
        : call("UpdateActivationEnvironment", "a{ss}", String(entries.length), "--", ...entries.flat())
    },
  })
})

/** The environment of this user's session bus. */
export const layer: Layer.Layer<ActivationEnvironment, never, Subprocess> = Layer.effect(ActivationEnvironment, make)
