/**
 * Whether the compositor accepts new connections. One that has no file descriptor left (see getrlimit(2)) still answers the
 * kept connection, while new clients wait in its backlog.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import type { Connected } from "../sway/ConnectionState.ts"
import { type Descriptors, shortageOf } from "../system/descriptors.ts"
import { every } from "../system/every.ts"
import { monotonic } from "../system/monotonic.ts"
import { onlyFor, type Snapshot } from "./Snapshot.ts"
import { compositorOf } from "./SocketHealth.ts"

/** Time between two checks. Each one reads the kernel's list of sockets. */
const interval = Duration.seconds(5)

/** A compositor that is only busy empties its backlog within this time, in milliseconds. */
const GRACE_MS = 4000

/**
 * Further looks at the backlog before the warning. A busy compositor may have had other clients in its backlog at each of the
 * earlier looks, and then empties it between two of these.
 */
const confirmations = Schedule.intersect(Schedule.spaced(Duration.millis(100)), Schedule.recurs(5))

/** What the check reads from the system. */
export interface Machine {
  /** The number of connections in the backlog of the listener at a path. */
  readonly waitingAt: SocketDiscovery["Type"]["waitingAt"]
  readonly descriptorsOf: (pid: number) => Descriptors | undefined
}

/** A backlog that was not empty when looked at. `firstSeen` is on the monotonic clock, `date` is since the epoch. */
interface Backlog {
  readonly connected: Connected
  readonly firstSeen: number
  readonly date: number
}

/**
 * Makes the check, to be run every few seconds. It gives the warning, in one sentence, or null. It does not connect to
 * anything.
 */
export const makeAcceptanceCheck = ({
  descriptorsOf,
  waitingAt,
}: Machine): ((connected: Connected) => Effect.Effect<string | null>) => {
  let backlog: Backlog | undefined

  const warningOf = ({ connected, date }: Backlog, waiting: number) => {
    const { name, pid } = compositorOf(connected)
    const who = pid === null ? name : `${name} (pid ${pid})`
    const shortage = shortageOf(pid === null ? undefined : descriptorsOf(pid))
    const since = new Date(date).toISOString()
    const waits = `${waiting} ${waiting === 1 ? "waits" : "wait"}${shortage === undefined ? "" : `; ${shortage}`}`
    return `${who} answers this connection but has accepted no new one since ${since}: ${waits}`
  }

  return connected =>
    Effect.gen(function* () {
      const now = yield* monotonic
      // A glance may miss connections. That is no harm while none has been seen: they are still there at the next look.
      if ((yield* waitingAt(connected.path, backlog === undefined ? "glance" : "sure")) === 0) {
        backlog = undefined
        return null
      }
      const seen =
        backlog?.connected === connected ? backlog : { connected, firstSeen: now, date: yield* Clock.currentTimeMillis }
      backlog = seen
      if (now - seen.firstSeen < GRACE_MS) return null
      const waiting = yield* Effect.repeat(waitingAt(connected.path), {
        schedule: Schedule.zipRight(confirmations, Schedule.identity<number>()),
        until: count => count === 0,
      })
      if (waiting > 0) return warningOf(seen, waiting)
      backlog = undefined
      return null
    })
}

/** Keeps the warning in the state up to date, as long as the connection is healthy. Never ends. */
export const watchAcceptance = (
  state: SubscriptionRef.SubscriptionRef<Snapshot>,
  machine: Machine,
): Effect.Effect<unknown> => {
  const check = makeAcceptanceCheck(machine)
  const look = Effect.flatMap(SubscriptionRef.get(state), ({ connection, status, warning: last }) =>
    connection._tag === "Connected" && status === "healthy"
      ? Effect.flatMap(check(connection), warning =>
          // An update wakes every follower, so there is none without a change.
          warning === last
            ? Effect.void
            : SubscriptionRef.update(
                state,
                onlyFor(connection, snapshot => ({ ...snapshot, warning })),
              ),
        )
      : Effect.void,
  )
  return every(interval, look)
}
