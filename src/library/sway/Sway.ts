/** All that a service needs of the compositor: requests, commands, events and health, across its restarts. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as HealthProbe from "../../layers/health/HealthProbe.ts"
import type { SocketHealth } from "../../layers/health/SocketHealth.ts"
import type { EventPayload } from "../../layers/ipc/Event.ts"
import type { RequestError } from "../../layers/ipc/IpcErrors.ts"
import type { EventName } from "../../layers/ipc/Message.ts"
import type { Node } from "../../layers/ipc/Node.ts"
import type { Output, Workspace } from "../../layers/ipc/Reply.ts"
import { compositorName, type Version } from "../../layers/ipc/Version.ts"
import * as Settings from "../../layers/settings/Settings.ts"
import type { SettingsError } from "../../layers/settings/SettingsError.ts"
import type { SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import type { Requests } from "../../layers/sway/requests.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import * as SwayEvents from "../../layers/sway/SwayEvents.ts"
import type { RuntimeDirError } from "../../layers/system/RuntimeDir.ts"
import { Workers } from "../../layers/system/Workers.ts"
import { keptConnection } from "../../programs/layers/swayLayers.ts"
import type { Change } from "./Change.ts"
import { type CommandError, commandErrorOf } from "./CommandError.ts"
import type { CommandDialect, CommandValue } from "./Criteria.ts"
import { type QuoteError, templateText } from "./commandText.ts"
import { streamOf } from "./Feed.ts"
import { wrongRequest } from "./names.ts"
import { makeFeeds } from "./openFeeds.ts"
import { Tree } from "./Tree.ts"

/**
 * Sends commands: a text as it is, or a tagged template, in which names are quoted, and numbers and criteria written out. Only a
 * template fails with `QuoteError`: a name may have any text but what the compositor cannot quote.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { Sway } from "i3pm"
 *
 * const sendTo = (id: number, workspace: string) =>
 *   Effect.flatMap(Sway, sway => sway.command`${{ con_id: id }} move container to workspace ${workspace}`)
 */
export type SendCommand = (
  text: string | TemplateStringsArray,
  ...values: ReadonlyArray<CommandValue>
) => Effect.Effect<void, RequestError | CommandError | QuoteError>

/**
 * The methods of {@link Sway}. Requests fail at once with `NotConnected` while there is no compositor, else with `Timeout` after 3 s.
 *
 * @example
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Sway, type SwayService } from "i3pm"
 *
 * const titles = ({ tree }: SwayService) => Effect.map(tree, ({ windows }) => windows.map(({ name }) => name))
 *
 * const program = Effect.gen(function* () {
 *   const sway = yield* Sway
 *   yield* Effect.log(yield* titles(sway))
 *   // Each request has its payload, and a time to wait for the reply.
 *   yield* sway.request("send_tick", "looked")
 *   const { name } = yield* sway.request("get_binding_state", "", Duration.millis(500))
 *   yield* Effect.log(`mode ${name}`)
 *   yield* Stream.runForEach(sway.events("tick"), ({ payload }) => Effect.log(payload))
 * })
 */
export interface SwayService {
  /** Any request, with its reply decoded. A reply has the field names of the wire. */
  readonly request: Requests["request"]
  /** What the compositor says of itself. */
  readonly version: Effect.Effect<Version, RequestError>
  /** The workspaces, in the compositor's order. */
  readonly workspaces: Effect.Effect<ReadonlyArray<Workspace>, RequestError>
  /** The outputs, also those that are off. */
  readonly outputs: Effect.Effect<ReadonlyArray<Output>, RequestError>
  /** The layout tree. */
  readonly tree: Effect.Effect<Tree, RequestError>
  /** The node with the focus; `undefined` if none has it. */
  readonly focused: Effect.Effect<Node | undefined, RequestError>
  /** Runs a command, or several. Fails if one of them fails. */
  readonly command: SendCommand
  /**
   * The decoded payloads of one kind of event, from now on and across restarts. A reader that has to know when it may have missed
   * some takes `changes`: at most 4096 wait for a reader, and then the oldest are dropped. Fails with `Unsupported` where the compositor
   * refuses the event: sway before 1.9 `output`; i3 `input` and `bar_state_update`.
   */
  readonly events: <K extends EventName>(name: K) => Stream.Stream<EventPayload<K>, RequestError>
  /**
   * First the state, then the events with these names; a word when the compositor has gone, and the state again after each restart
   * and whenever events were lost. Before there is a compositor nothing comes. An event that the compositor refuses never comes, which is
   * logged as a warning, and the others do.
   */
  readonly changes: <K extends EventName>(names: ReadonlyArray<K>) => Stream.Stream<Change<K>>
  /** The health of the connection: the answer to a probe that is made now, within 80 ms. */
  readonly health: Effect.Effect<SocketHealth>
}

/**
 * Settings of a service. What is left out comes from the `I3PM_*` variables. `config.toml` is for the programs of i3pm alone.
 *
 * @example
 * import { Sway, type SwaySettings } from "i3pm"
 *
 * const settings: SwaySettings = { socket: "/run/user/1000/sway.sock", probeInterval: "30 seconds" }
 * const layer = Sway.layerFrom(settings)
 */
export interface SwaySettings {
  /** The path of the only socket to use. */
  readonly socket?: string
  /** The time between two health checks, 100 ms to 10 min. */
  readonly probeInterval?: Duration.DurationInput
  /** A reply later than this makes the connection stale; at most 80 ms. */
  readonly probeDeadline?: Duration.DurationInput
}

const dialectOf = (version: Version): CommandDialect => (compositorName(version) === "i3" ? "i3" : "sway")

const commands = (connection: SwayConnection["Type"]): SendCommand => {
  const dialect = Effect.flatMap(SubscriptionRef.get(connection.state), state =>
    state._tag === "Connected"
      ? Effect.succeed(dialectOf(state.proof.version))
      : Effect.map(connection.request("get_version"), dialectOf),
  )
  const run = (text: string) =>
    Effect.flatMap(connection.request("command", text), results => commandErrorOf(text, results) ?? Effect.void)
  return (first, ...values) =>
    typeof first === "string"
      ? run(first)
      : dialect.pipe(
          Effect.flatMap(known => templateText(first, values, known)),
          Effect.flatMap(run),
        )
}

/** The methods, on the services of {@link servicesOf}. */
export const makeSway = Effect.gen(function* () {
  const connection = yield* SwayConnection
  const feeds = yield* makeFeeds
  const health = yield* HealthProbe.HealthProbe
  const { death } = yield* Workers
  const request: Requests["request"] = (name, payload, deadline) => {
    const wrong = wrongRequest(name)
    return wrong === undefined ? connection.request(name, payload, deadline) : Effect.die(wrong)
  }
  const tree = Effect.map(request("get_tree"), root => new Tree(root))
  return {
    request,
    version: request("get_version"),
    workspaces: request("get_workspaces"),
    outputs: request("get_outputs"),
    tree,
    focused: Effect.map(tree, ({ focused }) => focused),
    command: commands(connection),
    events: name => streamOf(feeds.events(name), death),
    changes: names => streamOf(feeds.changes(names), death),
    health: health.check,
  } satisfies SwayService as SwayService
})

/** The settings in the form of flags: they win over variables. */
const asFlags = ({ probeDeadline, probeInterval, socket }: SwaySettings): Settings.RawSettings => ({
  socket,
  probe_interval: probeInterval === undefined ? undefined : `${Duration.toMillis(probeInterval)}ms`,
  probe_deadline: probeDeadline === undefined ? undefined : `${Duration.toMillis(probeDeadline)}ms`,
})

/** The name of a setting in {@link SwaySettings}, for messages. */
const optionOf = (key: string) => `option ${key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}`

/** Discovery, the kept connection, events and health, with these settings. */
export const servicesOf = (settings: SwaySettings) =>
  Layer.merge(SwayEvents.layer, HealthProbe.layer).pipe(
    Layer.provideMerge(keptConnection(Settings.layerWithoutFile(asFlags(settings), optionOf))),
  )

/** What `Sway.layer` provides. */
export type SwayServices = Sway | SwayConnection | SwayEvents.SwayEvents | SocketDiscovery | HealthProbe.HealthProbe

/**
 * The compositor, for a service that outlives it: one connection, made again whenever it is lost.
 *
 * @example
 * import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Sway } from "i3pm"
 *
 * const service = Effect.gen(function* () {
 *   const sway = yield* Sway
 *   yield* Stream.runForEach(sway.events("window"), ({ change }) => Effect.log(change))
 * })
 * NodeRuntime.runMain(Effect.provide(service, Sway.layer))
 */
export class Sway extends Context.Tag("i3pm/Sway")<Sway, SwayService>() {
  /**
   * Discovery, the kept connection, events and health, with these settings. It does not wait for a
   * compositor. Fails if a setting is wrong, or the runtime directory cannot be trusted.
   */
  static layerFrom(settings: SwaySettings): Layer.Layer<SwayServices, SettingsError | RuntimeDirError> {
    return Layer.provideMerge(Layer.effect(Sway, makeSway), servicesOf(settings))
  }

  /** The same with the settings of the `I3PM_*` variables. */
  static readonly layer: Layer.Layer<SwayServices, SettingsError | RuntimeDirError> = Sway.layerFrom({})
}
