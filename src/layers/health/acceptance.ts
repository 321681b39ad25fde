/** Whether a compositor that answers the kept connection accepts new ones, too: one without descriptors does not. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Connected } from "../sway/ConnectionState.ts"
import { type Descriptors, shortageOf } from "../system/descriptors.ts"
import { monotonic } from "../system/monotonic.ts"
import { compositorOf } from "./SocketHealth.ts"

/** A compositor that is only busy accepts within this time, in milliseconds. */
const PATIENCE = 4000

/** Looks that confirm what two have shown: each may have met other connections, of a compositor with much to do. */
const confirmations = Schedule.intersect(Schedule.spaced(Duration.millis(100)), Schedule.recurs(5))

/** What the looks need to know of the machine. */
export interface Machine {
  /** Connections that wait at a path. */
  readonly waitingAt: (path: string) => Effect.Effect<number>
  readonly descriptorsOf: (pid: number) => Descriptors | undefined
}

interface Beginning {
  readonly connected: Connected
  readonly at: number
  readonly date: number
}

/** A look to be taken every few seconds: what is wrong, in one sentence, or null. It connects to nothing. */
export const makeAcceptance = ({
  descriptorsOf,
  waitingAt,
}: Machine): ((connected: Connected) => Effect.Effect<string | null>) => {
  let beginning: Beginning | undefined

  const sentence = (connected: Connected, date: number, waiting: number) => {
    const { name, pid } = compositorOf(connected)
    const who = pid === null ? name : `${name} (pid ${pid})`
    const shortage = shortageOf(pid === null ? undefined : descriptorsOf(pid))
    const since = new Date(date).toISOString()
    const waits = `${waiting} ${waiting === 1 ? "waits" : "wait"}${shortage === undefined ? "" : `; ${shortage}`}`
    return `${who} answers this connection but has accepted no new one since ${since}: ${waits}`
  }

  return connected =>
    Effect.gen(function* () {
      const at = yield* monotonic
      const first = yield* waitingAt(connected.path)
      if (first === 0) {
        beginning = undefined
        return null
      }
      if (beginning?.connected !== connected) {
        beginning = { connected, at, date: yield* Clock.currentTimeMillis }
      }
      const { at: begunAt, date } = beginning
      if (at - begunAt < PATIENCE) return null
      const waiting = yield* Effect.repeat(waitingAt(connected.path), {
        schedule: Schedule.zipRight(confirmations, Schedule.identity<number>()),
        until: count => count === 0,
      })
      if (waiting > 0) return sentence(connected, date, waiting)
      beginning = undefined
      return null
    })
}
