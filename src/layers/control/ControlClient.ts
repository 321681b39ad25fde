/** Sends requests to the daemon or the relay. Each call has its own connection, so that no connection has to be kept or made again. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { RuntimeDir, type RuntimeDirError } from "../system/RuntimeDir.ts"
import { relayControlIn } from "../system/relayPaths.ts"
import { ControlClientError, connectionError, resultIn } from "./answers.ts"
import type { ControlledProgram } from "./ControlledProgram.ts"
import { exchange } from "./exchange.ts"
import type { OpenedLines } from "./openedLines.ts"
import { requestLine } from "./rpcLines.ts"
import { watch } from "./watch.ts"

/** Sends requests to the program that listens on a control socket. */
export class ControlClient extends Context.Tag("i3pm/ControlClient")<
  ControlClient,
  {
    /** The `result` of one request. The deadline, by default {@link DEADLINE}, includes the time to connect. */
    readonly call: (
      method: string,
      params?: unknown,
      deadline?: Duration.DurationInput,
    ) => Effect.Effect<unknown, ControlClientError>
    /**
     * The `result` of the request, within {@link DEADLINE}, then the `params` of each notification. The stream does not end. It
     * fails when the daemon ends or does not answer a `ping`. A reader more than `WATCH_BUFFER` items behind loses the oldest. With
     * `opened`, whose first line is the result, only the `params` come.
     */
    readonly watch: (
      method: string,
      params?: unknown,
      opened?: OpenedLines,
    ) => Stream.Stream<unknown, ControlClientError>
  }
>() {}

/** How long an answer may take: the daemon promises 100 ms, and a busy machine needs more. */
const DEADLINE: Duration.Duration = Duration.millis(250)

/** A client that fails without connecting: in a refused runtime directory another user's process may listen. */
const refusing = ({ message, path }: RuntimeDirError) => {
  const error = new ControlClientError({ reason: "Denied", path, code: undefined, message, cause: undefined })
  return ControlClient.of({ call: () => Effect.fail(error), watch: () => Stream.fail(error) })
}

const makeAt = (program: ControlledProgram, path: string, refusal: RuntimeDirError | undefined) => {
  if (refusal !== undefined) return refusing(refusal)
  return ControlClient.of({
    call: (method, params, deadline = DEADLINE) =>
      Effect.async(resume => {
        const cancel = exchange(path, requestLine(method, params), Duration.toMillis(deadline), result =>
          resume(
            result.ok
              ? resultIn(path, method, result.line, program)
              : Effect.fail(connectionError(path, result.code, program)),
          ),
        )
        return Effect.sync(cancel)
      }),
    watch: (method, params, opened) => watch({ path, method, params, deadline: DEADLINE, opened }),
  })
}

/** The daemon of this runtime directory. The layer does not connect: a call fails if there is no daemon. */
export const layer: Layer.Layer<ControlClient, never, RuntimeDir> = Layer.effect(
  ControlClient,
  Effect.map(RuntimeDir, ({ controlSocketPath, refusal }) => makeAt("daemon", controlSocketPath, refusal)),
)

/** The same for the relay. */
export const layerOfRelay: Layer.Layer<ControlClient, never, RuntimeDir> = Layer.effect(
  ControlClient,
  Effect.map(RuntimeDir, ({ path, refusal }) => makeAt("relay", relayControlIn(path), refusal)),
)
