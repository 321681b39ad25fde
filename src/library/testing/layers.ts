/** Layers for tests of services: on the embedded compositor, or mocked. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { EmbeddedCompositor, type EmbeddedCompositorError } from "../../layers/embedded/EmbeddedCompositor.ts"
import type { EventPayload } from "../../layers/ipc/Event.ts"
import type { RequestError } from "../../layers/ipc/IpcErrors.ts"
import type { EventName } from "../../layers/ipc/Message.ts"
import type { SettingsError } from "../../layers/settings/SettingsError.ts"
import type { CommandName } from "../../layers/sway/requests.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import type { RuntimeDirError } from "../../layers/system/RuntimeDir.ts"
import type { Change } from "../sway/Change.ts"
import { Sway, type SwayService, type SwayServices } from "../sway/Sway.ts"
import { makeCompositor, type TestCompositorOptions } from "./TestCompositor.ts"

/** Is there once the connection is. */
const whenConnected = Layer.effectDiscard(
  Effect.flatMap(SwayConnection, ({ state }) =>
    state.changes.pipe(
      Stream.filter(({ _tag }) => _tag === "Connected"),
      Stream.take(1),
      Stream.runDrain,
    ),
  ),
)

/**
 * An embedded compositor, and {@link Sway} connected to it; with `faults` from the start it may not be connected yet. Its sockets are real,
 * so that most tests want the live clock (`it.live`). With `TestClock` connecting, commands and events work as well, and what waits, such
 * as the fault `Slow` or a deadline, waits for the test to move the clock.
 *
 * @example
 * import { assert, it } from "@effect/vitest"
 * import * as Effect from "effect/Effect"
 * import { Sway } from "i3pm"
 * import { EmbeddedCompositor, layerEmbedded } from "i3pm/testing"
 *
 * it.live("knows what has the focus", () =>
 *   Effect.gen(function* () {
 *     const compositor = yield* EmbeddedCompositor
 *     yield* compositor.openWindow({ app_id: "firefox", title: "News" })
 *     const sway = yield* Sway
 *     assert.strictEqual((yield* sway.focused)?.app_id, "firefox")
 *   }).pipe(Effect.provide(layerEmbedded({ desktop: "empty" }))),
 * )
 */
export const layerEmbedded = (
  options: TestCompositorOptions = {},
): Layer.Layer<EmbeddedCompositor | SwayServices, EmbeddedCompositorError | SettingsError | RuntimeDirError> => {
  const sway = Layer.unwrapEffect(
    Effect.map(EmbeddedCompositor, ({ socketPath }) =>
      Sway.layerFrom({ socket: socketPath, probeInterval: Duration.seconds(1) }),
    ),
  )
  const waits = options.faults === undefined || options.faults.length === 0
  return (waits ? Layer.provideMerge(whenConnected, sway) : sway).pipe(
    Layer.provideMerge(Layer.scoped(EmbeddedCompositor, makeCompositor(options))),
  )
}

/** {@link SwayService} without type parameters: a test gives the items that it wants to. */
interface SwayMock extends Partial<Omit<SwayService, "request" | "events" | "changes">> {
  /** The decoded reply to any request. */
  readonly request?: (
    name: CommandName,
    payload?: string,
    deadline?: Duration.Duration,
  ) => Effect.Effect<unknown, RequestError>
  /** Payloads of the event with this name. */
  readonly events?: (name: EventName) => Stream.Stream<EventPayload<EventName>, RequestError>
  /** Events with other names than were asked for are left out. */
  readonly changes?: (names: ReadonlyArray<EventName>) => Stream.Stream<Change>
}

const isWanted = (names: ReadonlyArray<EventName>, change: Change) =>
  change._tag !== "Event" || names.includes(change.event)

/**
 * {@link Sway} with these methods and values alone: nothing is connected to, so that it works with `TestClock`. What is left
 * out is a defect that names it. Nodes and trees are best taken from a {@link startCompositor}.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Sway, Tree } from "i3pm"
 * import { layerMock, startCompositor } from "i3pm/testing"
 *
 * await using compositor = await startCompositor()
 * const tree = new Tree(compositor.tree())
 * const [window] = tree.windows
 * if (window === undefined) throw new Error("the sample desktop has windows")
 *
 * const state = {
 *   _tag: "State",
 *   reason: "start",
 *   lost: 0,
 *   tree,
 *   compositor: { id: "first", name: "sway", version: "1.7", pid: null },
 * } as const
 * const focus = { _tag: "Event", event: "window", payload: { change: "focus", container: window } } as const
 * const sway = layerMock({
 *   workspaces: Effect.succeed([]),
 *   changes: () => Stream.make(state, focus, { _tag: "Disconnected" } as const),
 * })
 *
 * const seen = Effect.flatMap(Sway, ({ changes }) => Stream.runCollect(changes(["window"])))
 * console.log(await Effect.runPromise(Effect.provide(seen, sway)))
 */
export const layerMock = ({ changes, events, request, ...others }: SwayMock): Layer.Layer<Sway> => {
  const wanted = (names: ReadonlyArray<EventName>): Stream.Stream<Change> =>
    Stream.filter(changes?.(names) ?? Stream.empty, change => isWanted(names, change))
  return Layer.mock(Sway, {
    ...others,
    // Of the type that was asked for, as far as the test gives what it was asked for.
    ...(changes && { changes: wanted as SwayService["changes"] }),
    ...(events && { events: events as SwayService["events"] }),
    ...(request && { request: request as SwayService["request"] }),
  })
}
