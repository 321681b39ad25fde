/** The health as the daemon pushes it, for as long as somebody watches; the daemon's absence is a state like any other. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ParseError } from "effect/ParseResult"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { ControlClientError } from "../../../layers/control/answers.ts"
import { ControlClient } from "../../../layers/control/ControlClient.ts"
import { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { askStatus } from "../daemonStatus.ts"
import type { View } from "../formats/Format.ts"

/**
 * Between two attempts to reach a daemon that is down: soon, since it is most often being restarted, and never later than the
 * second within which a bar should know. Each costs a `connect` that fails.
 */
const reconnect = Schedule.exponential(Duration.millis(50)).pipe(Schedule.either(Schedule.spaced(Duration.seconds(1))))

const decode = Schema.decodeUnknown(SocketHealth)

/** A view; `missing` where no daemon runs, so that starting one helps, rather than where one hangs or refuses. */
export interface Sight {
  readonly view: View
  readonly missing: boolean
}

/** What of it the daemon should tell. */
export interface Interest {
  /** Each probe, too, and not only each change: for who draws the latency. */
  readonly probes: boolean
  /** With what views the daemon's history: none, the first one after each connection, or each. */
  readonly history: "none" | "first" | "each"
}

/** What is pushed has no history; the health that comes with one is the newer. */
const healthView = (answer: unknown, withHistory: boolean) =>
  Effect.gen(function* () {
    const pushed = yield* decode(answer)
    // A daemon that can not tell has told how it is, all the same.
    const status = withHistory ? yield* Effect.option(askStatus) : Option.none()
    const { health, history } = Option.match(status, {
      onNone: () => ({ health: pushed, history: undefined }),
      onSome: status => ({ health: status.health, history: status }),
    })
    return { _tag: "Health", at: yield* Clock.currentTimeMillis, health, history } satisfies View
  })

type WatchError = ControlClientError | ParseError

const isMissing = (error: WatchError) => error._tag === "ControlClientError" && error.reason === "NotRunning"

const down = (error: WatchError) =>
  Effect.map(
    Clock.currentTimeMillis,
    (at): Sight => ({ view: { _tag: "Down", at, message: error.message }, missing: isMissing(error) }),
  )

/** Down is told once, and again only where the daemon that hung has gone. */
const isSame = (a: Sight, b: Sight) => a.view._tag === "Down" && b.view._tag === "Down" && a.missing === b.missing

/**
 * The present state at once, then each change. Never ends and never fails: while the daemon is down, that is the state. A
 * connection that broke is made anew before anything is said, since the attempt tells why it broke.
 */
export const views = ({ history, probes }: Interest): Stream.Stream<Sight, never, ControlClient> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const control = yield* ControlClient
      const pause = yield* Schedule.driver(reconnect)
      const attempt = Stream.suspend(() => {
        let seen = 0
        return control.watch("watch_socket_health", probes ? { probes: true } : undefined).pipe(
          Stream.mapEffect(answer => {
            seen += 1
            return healthView(answer, history === "each" || (history === "first" && seen === 1))
          }),
          Stream.map((view): Sight => ({ view, missing: false })),
          Stream.tap(() => pause.reset),
          Stream.catchAll(error => (seen > 0 ? Stream.empty : Stream.fromEffect(down(error)))),
          Stream.concat(Stream.drain(Stream.fromEffect(Effect.ignore(pause.next(undefined))))),
        )
      })
      return Stream.forever(attempt).pipe(Stream.changesWith(isSame))
    }),
  )
