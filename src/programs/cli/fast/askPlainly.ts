/** Asks the daemon without the Effect runtime. */
import { exchange } from "../../../layers/control/exchange.ts"
import { answerIn, requestLine } from "../../../layers/control/rpcLines.ts"
import { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { controlSocketPathIn, runtimeDirOf } from "../../../layers/system/runtimeDirOf.ts"
import { misfit, type Shape } from "../../../layers/system/shape.ts"
import { HEALTH_DEADLINE_MS } from "../daemonAnswers.ts"
import type { Place } from "./Answer.ts"

/** The path of the daemon's control socket; `undefined` if the runtime directory is refused. */
export const controlSocketOf = ({ uid, variable }: Place): string | undefined => {
  const runtimeDir = runtimeDirOf(variable("XDG_RUNTIME_DIR"), uid)
  return runtimeDir.ok ? controlSocketPathIn(runtimeDir.path) : undefined
}

/**
 * The `result` of a request to the daemon; `undefined` if no daemon answers within `deadline` milliseconds, or with an error. Never
 * rejects.
 */
export const askPlainly = (method: string, deadline: number, place: Place): Promise<unknown> =>
  new Promise(resolve => {
    const path = controlSocketOf(place)
    if (path === undefined) return resolve(undefined)
    exchange(path, requestLine(method, undefined), deadline, result => {
      const answer = result.ok ? answerIn(result.line) : undefined
      resolve(answer?._tag === "Result" ? answer.result : undefined)
    })
  })

/** A value of the shape; `undefined` for any other. */
export const ofShape = <A>(shape: Shape<A>, value: unknown): A | undefined => {
  const read = shape(value)
  return read === misfit ? undefined : read
}

/** The health that the daemon reports; `undefined` if no daemon answers. */
export const askHealthPlainly = async (place: Place): Promise<SocketHealth | undefined> =>
  ofShape(SocketHealth, await askPlainly("get_socket_health", HEALTH_DEADLINE_MS, place))
