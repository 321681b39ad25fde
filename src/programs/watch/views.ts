/** The health as the daemon pushes it, for as long as somebody watches; the daemon's absence is a state like any other. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ControlClient } from "../../layers/ControlClient.ts"
import { SocketHealth } from "../../layers/health/SocketHealth.ts"
import type { View } from "../formats/Format.ts"

/**
 * Between two attempts to reach a daemon that is down: soon, since it is most often being restarted, and never later than the
 * second within which a bar should know. Each costs a `connect` that fails.
 */
const reconnect = Schedule.exponential(Duration.millis(50)).pipe(Schedule.either(Schedule.spaced(Duration.seconds(1))))

const decode = Schema.decodeUnknown(SocketHealth)

const healthView = (answer: unknown) =>
  Effect.zipWith(
    decode(answer),
    Clock.currentTimeMillis,
    (health, at): View => ({
      _tag: "Health",
      at,
      health,
      history: undefined,
    }),
  )

const downView = ({ message }: { readonly message: string }) =>
  Effect.map(Clock.currentTimeMillis, (at): View => ({ _tag: "Down", at, message }))

/** What of it the daemon should tell. */
export interface Interest {
  /** Each probe, too, and not only each change: for who draws the latency. */
  readonly probes: boolean
}

/** The present state at once, then each change. Never ends and never fails: while the daemon is down, that is the state. */
export const views = (interest: Interest): Stream.Stream<View, never, ControlClient> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const control = yield* ControlClient
      const pause = yield* Schedule.driver(reconnect)
      const attempt = control.watch("watch_socket_health", interest.probes ? { probes: true } : undefined).pipe(
        Stream.mapEffect(healthView),
        Stream.tap(() => pause.reset),
        Stream.catchAll(error => Stream.fromEffect(downView(error))),
        Stream.concat(Stream.drain(Stream.fromEffect(Effect.ignore(pause.next(undefined))))),
      )
      return Stream.forever(attempt).pipe(Stream.changesWith((a, b) => a._tag === "Down" && b._tag === "Down"))
    }),
  )
