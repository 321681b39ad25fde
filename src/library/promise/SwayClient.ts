/** What `connect` gives. Types alone. */
import type { Change } from "../sway/Change.ts"
import type { CommandValue } from "../sway/Criteria.ts"
import type { Tree } from "../sway/Tree.ts"
import type {
  BarConfig,
  EventName,
  Input,
  Node,
  Output,
  Payloads,
  Replies,
  Seat,
  SocketHealth,
  Version,
  Workspace,
} from "../wire.ts"

/**
 * How to connect. What is left out comes from the `I3PM_*` variables.
 *
 * @example
 * import { connect } from "i3pm/promise"
 *
 * // Waits for a compositor, but not longer than a minute.
 * await using sway = await connect({ wait: true, signal: AbortSignal.timeout(60_000) })
 */
export interface ConnectOptions {
  /** The path of the only socket to use. */
  readonly socket?: string
  /** Ends the wait for a compositor: `connect` rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Waits for a compositor where there is none, instead of rejecting. For services that may start before it. */
  readonly wait?: boolean
}

/**
 * How to wait for a reply.
 *
 * @example
 * import { connect } from "i3pm/promise"
 *
 * await using sway = await connect()
 * const outputs = await sway.getOutputs({ timeout: 500 })
 */
export interface RequestOptions {
  /** The promise rejects with its reason. A command that was sent may still be run. */
  readonly signal?: AbortSignal
  /** How long to wait for the reply, in milliseconds; 3000 by default. */
  readonly timeout?: number
}

/**
 * How to listen.
 *
 * @example
 * import { connect } from "i3pm/promise"
 *
 * const stop = new AbortController()
 * process.once("SIGTERM", () => stop.abort())
 *
 * await using sway = await connect({ wait: true })
 * for await (const { change } of sway.events("mode", { signal: stop.signal })) console.log(change)
 * console.log("stopped")
 */
export interface ListenOptions {
  /** Ends the iteration as a loop that is done, without an error; also a `next` that waits. */
  readonly signal?: AbortSignal
}

/**
 * A connection to the compositor that is made again whenever it is lost. While there is none, requests reject at once with a
 * `RequestError` of reason `NotConnected`.
 *
 * @example
 * import { connect, type SwayClient } from "i3pm/promise"
 *
 * const titles = async (sway: SwayClient) => (await sway.tree()).windows.map(({ name }) => name)
 *
 * await using sway = await connect()
 * console.log(await titles(sway))
 * await sway.sendTick("looked")
 * const { name } = await sway.request("get_binding_state")
 * const bars = await Promise.all((await sway.getBarIds()).map(id => sway.getBarConfig(id)))
 */
export interface SwayClient extends AsyncDisposable {
  /**
   * Runs a command, or several: a text as it is, or a tagged template, in which names are quoted, and numbers and criteria written
   * out. Rejects with `CommandError` if one is refused, and with `QuoteError` if a value cannot be put into a command: a name may have
   * any text but what the compositor cannot quote.
   *
   * @example
   * import { connect } from "i3pm/promise"
   *
   * await using sway = await connect()
   * const window = await sway.focused()
   * if (window !== undefined) await sway.command`${{ con_id: window.id }} move container to workspace ${"my mail"}`
   */
  readonly command: (text: string | TemplateStringsArray, ...values: ReadonlyArray<CommandValue>) => Promise<void>
  /** Any request, with its reply decoded. */
  readonly request: <K extends keyof Replies>(
    name: K,
    payload?: string,
    options?: RequestOptions,
  ) => Promise<Replies[K]>

  readonly getWorkspaces: (options?: RequestOptions) => Promise<ReadonlyArray<Workspace>>
  readonly getOutputs: (options?: RequestOptions) => Promise<ReadonlyArray<Output>>
  readonly getTree: (options?: RequestOptions) => Promise<Node>
  readonly getMarks: (options?: RequestOptions) => Promise<ReadonlyArray<string>>
  /** The ids of all bars. */
  readonly getBarIds: (options?: RequestOptions) => Promise<ReadonlyArray<string>>
  /** The configuration of one bar. Rejects with `NoSuchBar`. */
  readonly getBarConfig: (id: string, options?: RequestOptions) => Promise<BarConfig>
  readonly getVersion: (options?: RequestOptions) => Promise<Version>
  readonly getBindingModes: (options?: RequestOptions) => Promise<ReadonlyArray<string>>
  readonly getBindingState: (options?: RequestOptions) => Promise<Replies["get_binding_state"]>
  readonly getConfig: (options?: RequestOptions) => Promise<Replies["get_config"]>
  /** sway only. */
  readonly getInputs: (options?: RequestOptions) => Promise<ReadonlyArray<Input>>
  /** sway only. */
  readonly getSeats: (options?: RequestOptions) => Promise<ReadonlyArray<Seat>>
  /** Sends a tick event with this payload to all who subscribe to it. */
  readonly sendTick: (payload?: string, options?: RequestOptions) => Promise<void>

  /** The layout tree, with methods to look for nodes. */
  readonly tree: (options?: RequestOptions) => Promise<Tree>
  /** The node with the focus; `undefined` if none has it. */
  readonly focused: (options?: RequestOptions) => Promise<Node | undefined>
  /** The health of the connection: the answer to a probe that is made now, within 80 ms. */
  readonly health: () => Promise<SocketHealth>

  /**
   * The payloads of one kind of event, from now on and across restarts. A reader that has to know when it may have missed some
   * takes `changes`: at most 4096 wait for a reader, and then the oldest are dropped. Ends with `break`, the signal, and `close`. Where the
   * compositor refuses the event (sway before 1.9 `output`; i3 `input` and `bar_state_update`), `next` rejects with a `RequestError` of
   * reason `Unsupported`. Throws a `TypeError` for a name that is no event.
   */
  readonly events: <K extends EventName>(name: K, options?: ListenOptions) => AsyncIterableIterator<Payloads[K]>
  /**
   * First the state, then the events with these names; a word when the compositor has gone, and the state again after each restart
   * and whenever events were lost. Before there is a compositor nothing comes. An event that the compositor refuses never comes, and the
   * others do. Throws a `TypeError` for a name that is no event.
   */
  readonly changes: <K extends EventName>(
    names: ReadonlyArray<K>,
    options?: ListenOptions,
  ) => AsyncIterableIterator<Change<K>>

  /** Closes the connection; iterations end, and requests in flight reject with `Closed`. */
  readonly close: () => Promise<void>
}
