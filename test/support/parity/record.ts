/** Plays a session on two compositors step by step, and writes down what could be seen on each. */
import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { EVENT_BIT, eventTypes } from "../../../src/layers/ipc/Message.ts"
import { connect, nextEvent, type RawIpc } from "../rawIpc.ts"
import type { HarnessError } from "../TestUser.ts"
import { eventually } from "../waiting.ts"
import type { Step } from "./script.ts"
import { isRecord, type Names, seenInEvent, seenInReply } from "./seen.ts"

/** A compositor that a session is played on. */
export interface Stage {
  readonly socketPath: string
  /** Opens a window; it need not be there at once. */
  readonly open: (ipc: RawIpc, appId: string, title: string) => Effect.Effect<unknown, HarnessError>
}

/** What could be seen after a step. */
export interface Observation {
  /** The results of the commands. */
  readonly reply: unknown
  /** The events that they caused, in order. */
  readonly events: ReadonlyArray<unknown>
  /** The tree, the workspaces and the marks. */
  readonly desktop: unknown
}

/** How long real sway may take until its programs have the sizes that it told them, in milliseconds. */
const SETTLED = 1_000

const TICK = EVENT_BIT + eventTypes.tick

const changeOf = (json: unknown) => (isRecord(json) ? json["change"] : undefined)

/** All events up to now, once `last` has been seen so often. */
const eventsUntil = (ipc: RawIpc, last: string, times: number) =>
  Effect.gen(function* () {
    const events: Array<unknown> = []
    while (events.filter(json => changeOf(json) === last).length < times) events.push((yield* nextEvent(ipc)).json)
    yield* ipc.request("send_tick")
    for (;;) {
      const { json, type } = yield* nextEvent(ipc)
      if (type === TICK) return events
      events.push(json)
    }
  })

/** A session in progress on one compositor. */
interface Player {
  readonly play: (step: Step) => Effect.Effect<Omit<Observation, "desktop">, HarnessError>
  readonly look: Effect.Effect<unknown, HarnessError>
}

const makePlayer = (stage: Stage): Effect.Effect<Player, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const ipc = yield* connect(stage.socketPath)
    yield* ipc.request("subscribe", '["workspace","window","mode","barconfig_update","tick"]')
    yield* nextEvent(ipc)
    const ids = new Map<string, number>()
    const names: Names = new Map()
    const remember = (appId: string, events: ReadonlyArray<unknown>) => {
      const [first] = events
      const container = isRecord(first) ? first["container"] : undefined
      const id = isRecord(container) ? container["id"] : undefined
      if (typeof id === "number") ids.set(appId, id)
    }
    const play = (step: Step) =>
      Effect.gen(function* () {
        if ("open" in step) {
          yield* stage.open(ipc, step.open, step.open.toUpperCase())
          const events = yield* eventsUntil(ipc, "title", 1)
          remember(step.open, events)
          return { reply: [], events: events.map(event => seenInEvent(event, names)) }
        }
        const command = step.run.replace(/@(\w+)/g, (_, name) => String(ids.get(name)))
        const reply = yield* ipc.request("command", command)
        const events = yield* eventsUntil(ipc, "close", step.closes ?? 0)
        return { reply, events: events.map(event => seenInEvent(event, names)) }
      })
    const look = Effect.gen(function* () {
      const tree = yield* ipc.request("get_tree")
      return [
        seenInReply(tree, names),
        seenInReply(yield* ipc.request("get_workspaces"), names),
        yield* ipc.request("get_marks"),
      ]
    })
    return { play, look }
  })

/** What one step showed on both. */
export interface Pair {
  readonly step: Step
  readonly expected: Observation
  readonly actual: Observation
}

/** Plays the session on both. Real sway is looked at until it shows what the embedded one does, or for a second. */
export const playBoth = (
  real: Stage,
  embedded: Stage,
  session: ReadonlyArray<Step>,
  stop = false,
): Effect.Effect<ReadonlyArray<Pair>, HarnessError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const [original, copy] = [yield* makePlayer(real), yield* makePlayer(embedded)]
      let bad = false
      const pairs: Array<Pair> = []
      yield* Effect.forEach(session, step =>
        Effect.gen(function* () {
          if (bad) return
          const played = yield* copy.play(step)
          const desktop = yield* copy.look
          const expected = yield* original.play(step)
          const settled = eventually(original.look, look => isDeepStrictEqual(look, desktop), SETTLED)
          const look = yield* Effect.orElse(settled, () => original.look)
          const pair = { step, expected: { ...expected, desktop: look }, actual: { ...played, desktop } }
          bad = stop && !isDeepStrictEqual(pair.expected, pair.actual)
          pairs.push(pair)
        }),
      )
      return pairs
    }),
  )
