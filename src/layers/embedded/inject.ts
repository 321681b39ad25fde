/** Makes the faults of an embedded compositor happen. */
import * as Effect from "effect/Effect"
import type { EventName } from "../ipc/Message.ts"
import { nextTurn } from "../system/turns.ts"
import { normalConditions } from "./Client.ts"
import { Fault } from "./Fault.ts"
import type { Server } from "./Server.ts"

/** Events of a flood in one turn of the event loop: less than a socket takes at once, so that readers keep up. */
const FLOOD_BATCH = 32

/** The parts of the compositor that a fault acts on. */
export interface FaultTarget {
  readonly server: Pick<Server, "disconnectAll" | "flood" | "hang" | "impose" | "resume">
  /** Removes the socket file. */
  readonly unlink: () => void
  /** Ends the compositor, and removes its socket file unless `keepFile`. */
  readonly stop: (keepFile: boolean) => void
  /** Sends at once what a `Slow` has delayed. */
  readonly callOff: Effect.Effect<void>
  /** Ends when the compositor has ended. */
  readonly exited: Effect.Effect<void>
}

/** A function that makes one fault happen. It ends when the fault has happened, a flood when its last event is sent. */
export const makeInject = ({
  callOff,
  exited,
  server,
  stop,
  unlink,
}: FaultTarget): ((fault: Fault) => Effect.Effect<void>) => {
  const floodBatch = (event: EventName, from: number, to: number) => Effect.sync(() => server.flood(event, from, to))

  const flood = (event: EventName, count: number) =>
    Effect.iterate(0, {
      while: sent => sent < count,
      body: sent => {
        const end = Math.min(sent + FLOOD_BATCH, count)
        return Effect.as(Effect.zipRight(floodBatch(event, sent, end), nextTurn), end)
      },
    }).pipe(Effect.raceFirst(exited), Effect.asVoid)

  const normal = Effect.suspend(() => {
    server.impose(normalConditions())
    server.resume()
    return callOff
  })

  return Fault.$match({
    Hang: () => Effect.sync(() => server.hang()),
    Resume: () => Effect.sync(() => server.resume()),
    Slow: ({ milliseconds }) => Effect.sync(() => server.impose({ slow: milliseconds })),
    Split: ({ bytes }) => Effect.sync(() => server.impose({ split: bytes })),
    RefuseSubscriptions: () => Effect.sync(() => server.impose({ refuseSubscriptions: true })),
    Garbage: () => Effect.sync(() => server.impose({ next: "garbage" })),
    Truncate: () => Effect.sync(() => server.impose({ next: "truncate" })),
    Flood: ({ count, event }) => flood(event, count),
    Drop: () => Effect.sync(() => server.disconnectAll()),
    Unlink: () => Effect.sync(unlink),
    Crash: () => Effect.sync(() => stop(true)),
    Exit: () => Effect.sync(() => stop(false)),
    Normal: () => normal,
  })
}
