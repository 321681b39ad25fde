/** Asks the daemon on its control socket, and decodes the answer. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ControlClientError } from "../../layers/control/answers.ts"
import { ControlClient } from "../../layers/control/ControlClient.ts"
import type { ControlledProgram } from "../../layers/control/ControlledProgram.ts"
import { SocketHealth } from "../../layers/health/SocketHealth.ts"
import { misfit, type Shape } from "../../layers/system/shape.ts"
import { DaemonStatus, HEALTH_DEADLINE_MS } from "./daemonAnswers.ts"

/** What to do if no daemon runs. */
export const START_HINT = "i3pm doctor says how to start it"

/** Decodes an answer to `method`. Fails as `Malformed` if it has another shape: then the daemon is of another version. */
export const decodeAnswer =
  <A>(method: string, shape: Shape<A>, program: ControlledProgram = "daemon") =>
  (answer: unknown): Effect.Effect<A, ControlClientError> => {
    const decoded = shape(answer)
    return decoded === misfit
      ? Effect.fail(
          new ControlClientError({
            reason: "Malformed",
            path: `the ${program}`,
            code: undefined,
            message: `unexpected reply of the ${program} to ${method}: it is another version of i3pm; restart it`,
            cause: answer,
          }),
        )
      : Effect.succeed(decoded)
  }

const ask = <A>(method: string, shape: Shape<A>, deadline?: Duration.Duration) =>
  ControlClient.pipe(
    Effect.flatMap(client => client.call(method, undefined, deadline)),
    Effect.flatMap(decodeAnswer(method, shape)),
  )

/** The health that the daemon reports. Fails with {@link ControlClientError}. */
export const askHealth = ask("get_socket_health", SocketHealth, Duration.millis(HEALTH_DEADLINE_MS))

/** The daemon's status and history. Fails with {@link ControlClientError}. */
export const askStatus = ask("get_status", DaemonStatus)
