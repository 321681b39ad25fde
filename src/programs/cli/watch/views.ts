/**
 * Gets the data (`View`) for `diagnose socket-health --watch` as the daemon sends it. While no daemon runs, the state is down.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { ControlClientError } from "../../../layers/control/answers.ts"
import { ControlClient } from "../../../layers/control/ControlClient.ts"
import type { OpenedLines } from "../../../layers/control/openedLines.ts"
import { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { askStatus, decodeAnswer } from "../askDaemon.ts"
import type { View } from "../formats/Format.ts"

/**
 * The waits between two attempts to reach a daemon that is down: short at first, since it is most often being restarted, and one
 * second at most, so that a bar soon recovers. An attempt costs a `connect` that fails.
 */
const reconnect = Schedule.exponential(Duration.millis(50)).pipe(Schedule.either(Schedule.spaced(Duration.seconds(1))))

const decode = decodeAnswer("watch_socket_health", SocketHealth)

/** A view. `daemonMissing` is true if no daemon runs, so that starting one helps; false if a daemon hangs or refuses. */
export interface WatchItem {
  readonly view: View
  readonly daemonMissing: boolean
}

/** What the daemon should send. */
export interface WatchOptions {
  /** True to get each probe, and not only each change: needed to draw the latency. */
  readonly probes: boolean
  /** Which views have the daemon's history: none, the first one after each connection, or each. */
  readonly history: "none" | "first" | "each"
  /** A connection whose first view is shown already: only the changes after it follow. */
  readonly opened?: OpenedLines | undefined
}

/** A pushed health has no history. The health that comes with the history is the newer one. */
const healthView = (answer: unknown, withHistory: boolean) =>
  Effect.gen(function* () {
    const pushed = yield* decode(answer)
    // If the daemon does not answer for the history, the pushed health is shown without it.
    const status = withHistory ? yield* Effect.option(askStatus) : Option.none()
    const { health, history } = Option.match(status, {
      onNone: () => ({ health: pushed, history: undefined }),
      onSome: status => ({ health: status.health, history: status }),
    })
    return { _tag: "Health", at: yield* Clock.currentTimeMillis, health, history } satisfies View
  })

const isMissing = ({ reason }: ControlClientError) => reason === "NotRunning"

const down = (error: ControlClientError) =>
  Effect.map(
    Clock.currentTimeMillis,
    (at): WatchItem => ({ view: { _tag: "Down", at, message: error.message }, daemonMissing: isMissing(error) }),
  )

/** A state that is still down is not shown again, unless `daemonMissing` has changed. */
const isSame = (a: WatchItem, b: WatchItem) =>
  a.view._tag === "Down" && b.view._tag === "Down" && a.daemonMissing === b.daemonMissing

/**
 * The present state at once, then each change. It never ends and never fails: while no daemon runs, the state is down. When a
 * connection breaks, the reason that is shown comes from the first attempt to connect again.
 */
export const views = ({ history, opened, probes }: WatchOptions): Stream.Stream<WatchItem, never, ControlClient> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const control = yield* ControlClient
      const pause = yield* Schedule.driver(reconnect)
      let open = opened
      const attempt = Stream.suspend(() => {
        let seen = open === undefined ? 0 : 1
        const items = control.watch("watch_socket_health", probes ? { probes: true } : undefined, open)
        open = undefined
        return items.pipe(
          Stream.mapEffect(answer => {
            seen += 1
            return healthView(answer, history === "each" || (history === "first" && seen === 1))
          }),
          Stream.map((view): WatchItem => ({ view, daemonMissing: false })),
          Stream.tap(() => pause.reset),
          Stream.catchAll(error => (seen > 0 ? Stream.empty : Stream.fromEffect(down(error)))),
          Stream.concat(Stream.drain(Stream.fromEffect(Effect.ignore(pause.next(undefined))))),
        )
      })
      return Stream.forever(attempt).pipe(Stream.changesWith(isSame))
    }),
  )
