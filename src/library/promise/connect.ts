/** The runtime for callers of promises. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"
import { isBeforeFirstAttempt } from "../../layers/sway/ConnectionState.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import type { Workers } from "../../layers/system/Workers.ts"
import type { CommandValue } from "../sway/Criteria.ts"
import { wrongEvents } from "../sway/names.ts"
import { type Feeds, makeFeeds } from "../sway/openFeeds.ts"
import { makeSway, type SwayService, servicesOf } from "../sway/Sway.ts"
import { Tree } from "../sway/Tree.ts"
import type { EventName, Replies } from "../wire.ts"
import { RequestError } from "./errors.ts"
import { iterate } from "./iterate.ts"
import { Running } from "./Running.ts"
import type { ConnectOptions, ListenOptions, RequestOptions, SwayClient } from "./SwayClient.ts"
import { NotConnected } from "./toError.ts"

/** Waits for a connection; without `wait` only for the first attempt. */
const untilConnected = (wait: boolean) =>
  Effect.gen(function* () {
    const { state } = yield* SwayConnection
    const first = yield* state.changes.pipe(
      Stream.filter(now => now._tag === "Connected" || (!wait && !isBeforeFirstAttempt(now))),
      Stream.runHead,
      Effect.flatten,
      Effect.orDie,
    )
    return first._tag === "Connected" ? undefined : yield* new NotConnected({ message: first.lastError })
  })

const noBar = (id: string) => new RequestError("NoSuchBar", `there is no bar with the id ${JSON.stringify(id)}`)

/** At the call, where the stack leads to the mistake, and not at the first `next`. */
const checkNames = (names: ReadonlyArray<EventName>) => {
  const wrong = wrongEvents(names)
  if (wrong !== undefined) throw wrong
}

const clientOf = (running: Running<Workers, unknown>, sway: SwayService, feeds: Feeds): SwayClient => {
  const request = <K extends keyof Replies>(name: K, payload = "", { signal, timeout }: RequestOptions = {}) =>
    running.promise(sway.request(name, payload, timeout === undefined ? undefined : Duration.millis(timeout)), signal)
  const tree = async (options?: RequestOptions) => new Tree(await request("get_tree", "", options))
  const close = () => running.close()
  return {
    command: (text: string | TemplateStringsArray, ...values: ReadonlyArray<CommandValue>) =>
      running.promise(sway.command(text, ...values)),
    request,
    getWorkspaces: options => request("get_workspaces", "", options),
    getOutputs: options => request("get_outputs", "", options),
    getTree: options => request("get_tree", "", options),
    getMarks: options => request("get_marks", "", options),
    getBarIds: async options => {
      const ids = await request("get_bar_config", "", options)
      return "length" in ids ? ids : []
    },
    getBarConfig: async (id, options) => {
      const bar = await request("get_bar_config", id, options)
      if ("length" in bar || "success" in bar || bar.id === null) throw noBar(id)
      return bar
    },
    getVersion: options => request("get_version", "", options),
    getBindingModes: options => request("get_binding_modes", "", options),
    getBindingState: options => request("get_binding_state", "", options),
    getConfig: options => request("get_config", "", options),
    getInputs: options => request("get_inputs", "", options),
    getSeats: options => request("get_seats", "", options),
    sendTick: async (payload, options) => void (await request("send_tick", payload, options)),
    tree,
    focused: async options => (await tree(options)).focused,
    health: () => running.promise(sway.health),
    events: <K extends EventName>(name: K, { signal }: ListenOptions = {}) => {
      checkNames([name])
      return iterate(running, feeds.events(name), signal)
    },
    changes: <K extends EventName>(names: ReadonlyArray<K>, { signal }: ListenOptions = {}) => {
      checkNames(names)
      return iterate(running, feeds.changes(names), signal)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A library writes nothing: what the layers log is left out. */
const quiet = Logger.remove(Logger.defaultLogger)

/**
 * Connects to the live compositor. Rejects with `ConnectError` if there is none, unless it is to wait.
 *
 * @example
 * import { connect } from "i3pm/promise"
 *
 * await using sway = await connect()
 * for await (const { change, container } of sway.events("window")) console.log(change, container.name)
 */
export const connect = async ({ signal, socket, wait = false }: ConnectOptions = {}): Promise<SwayClient> => {
  const settings = socket === undefined ? {} : { socket }
  const running = new Running(ManagedRuntime.make(Layer.provideMerge(servicesOf(settings), quiet)))
  try {
    const made = Effect.all([makeSway, makeFeeds])
    const [sway, feeds] = await running.promise(Effect.zipLeft(made, untilConnected(wait)), signal)
    return clientOf(running, sway, feeds)
  } catch (cause) {
    await running.close()
    throw cause
  }
}
