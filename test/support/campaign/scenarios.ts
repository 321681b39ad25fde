/** What may happen to a compositor, one round each: every choice is the dice's. */
import { renameSync, unlinkSync } from "node:fs"
import { connect } from "node:net"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import { type Actor, startActor } from "./Actor.ts"
import { anyName, compositors, die, pathOf, type Round, rest, type Scenario, startOne, strangers } from "./round.ts"
import type { Stage } from "./Stage.ts"

const listens: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, anyName(round))
    yield* actor.open
    yield* actor.greet
    yield* rest(round)
    yield* actor.greet
    yield* die(round, actor)
  })

const listensLate: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, anyName(round))
    yield* actor.bind
    yield* rest(round)
    yield* rest(round)
    yield* actor.listen
    yield* actor.greet
    yield* die(round, actor)
  })

const neverListens: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, anyName(round))
    yield* actor.bind
    yield* rest(round)
    yield* actor.kill
    yield* actor.untilGone
  })

const isStoppedEarly: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, anyName(round))
    yield* actor.bind
    yield* actor.stop
    yield* rest(round)
    yield* round.referee.sweep
    yield* actor.goOn
    yield* actor.listen
    yield* actor.greet
    yield* die(round, actor)
  })

/** Connections that stay open, as those of a status bar: each takes a waiting slot of a listener that does not accept. */
const visitors = ({ path }: Actor, count: number) =>
  Effect.acquireRelease(
    Effect.forEach(Array.from({ length: count }), () =>
      Effect.async<ReturnType<typeof connect>>(resume => {
        const socket = connect(path)
        socket.once("connect", () => resume(Effect.succeed(socket)))
        // Somebody else has taken the last slot.
        socket.once("error", () => resume(Effect.succeed(socket)))
      }),
    ),
    sockets => Effect.sync(() => sockets.map(socket => socket.destroy())),
  )

const isStopped: Scenario = round =>
  Effect.gen(function* () {
    const { dice } = round
    const actor = yield* startOne(round, anyName(round))
    yield* actor.open
    yield* actor.greet
    const own = dice.pick([0, 0, 1, 2, 4])
    yield* actor.deafen
    yield* Effect.scoped(
      Effect.gen(function* () {
        yield* visitors(actor, own)
        yield* actor.stop
        yield* rest(round)
        yield* round.referee.sweep
        // The daemon's question; a sweep leaves none.
        const waiting = yield* actor.waiting(own + 1)
        round.count(`left waiting at a stopped one (${round.stage.name}): ${waiting - own}`)
      }),
    )
    if (dice.below(2) === 0) {
      yield* actor.kill
      return yield* actor.untilGone
    }
    yield* actor.goOn
    yield* actor.listen
    yield* actor.greet
    yield* die(round, actor)
  })

/** It has closed its socket and is not gone yet: a compositor that shuts down, until it takes another name or dies. */
const shutsDown: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, round.dice.pick(compositors))
    yield* actor.bind
    yield* actor.listen
    yield* actor.closeAndStay
    yield* rest(round)
    yield* round.referee.sweep
    round.count("suspects kept")
    yield* actor.letGo
    if (round.dice.below(2) === 0) {
      yield* actor.rename(round.dice.pick(strangers))
      yield* actor.untilGone
      return yield* actor.kill
    }
    yield* actor.kill
    yield* actor.untilGone
  })

/** A plain file of that name; kept while a compositor has the pid, and gone in any other case. */
const isPlainFile: Scenario = round =>
  Effect.gen(function* () {
    const alive = round.dice.below(2) === 0
    const actor = yield* startOne(round, round.dice.pick(strangers))
    yield* actor.touch
    if (alive) yield* actor.untilGone
    yield* actor.kill
    yield* actor.untilGone
  })

/** A file with content or a FIFO of that name: kept, also when nobody has the pid any more. */
const isNoSocket: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, round.dice.pick(strangers))
    yield* actor.makeOther(round.dice.pick(["fill", "pipe"] as const))
    yield* rest(round)
    yield* actor.kill
    yield* actor.keep
    yield* round.referee.sweep
    yield* actor.letGo
    unlinkSync(actor.path)
    round.count("foreign files kept")
  })

/** The pid in an orphan's name is given to a stranger, or to a compositor that takes the very same path. */
const isReused: Scenario = round =>
  Effect.gen(function* () {
    const { dice, referee, stage } = round
    const pid = round.nextPid()
    const path = pathOf(round, `${pid}`)
    const start = (generation: number, comm: string) =>
      startActor(referee, { token: `r${round.number}g${generation}`, stage, pid, comm, path })
    let last = yield* start(0, anyName(round))
    yield* last.bind
    if (dice.below(2) === 0) yield* last.listen
    const generations = 1 + dice.below(3)
    for (let generation = 1; generation <= generations; generation += 1) {
      yield* rest(round)
      yield* last.kill
      const next = yield* start(generation, anyName(round))
      round.count("pids used again")
      yield* rest(round)
      yield* next.bind
      yield* rest(round)
      yield* next.listen
      yield* next.greet
      last = next
    }
    yield* last.kill
    const stranger = yield* start(99, dice.pick(strangers))
    yield* last.untilGone
    round.count("orphans gone whose pid a stranger has")
    yield* stranger.kill
  })

/** As if a sweep had been killed right after it moved the file aside: the next one puts it back, and then judges it. */
const isMovedAside: Scenario = round =>
  Effect.gen(function* () {
    const actor = yield* startOne(round, anyName(round))
    yield* actor.open
    yield* actor.greet
    const dead = round.dice.below(2) === 0
    if (dead) yield* actor.kill
    const nonce = `${round.number}`.padStart(16, "0")
    const aside = `${dirname(actor.path)}/.i3pm-${nonce}.${basename(actor.path)}`
    // An orphan may have gone already.
    yield* Effect.ignore(Effect.try(() => renameSync(actor.path, aside)))
    round.count(`moved aside, ${dead ? "dead" : "alive"}`)
    if (dead) return yield* actor.untilGone
    yield* actor.greet
    yield* die(round, actor)
  })

const scenarios = {
  listens,
  "listens late": listensLate,
  "dies before it listens": neverListens,
  "stopped before it listens": isStoppedEarly,
  stopped: isStopped,
  "shuts down": shutsDown,
  "plain file": isPlainFile,
  "no socket": isNoSocket,
  "moved aside": isMovedAside,
  "pid reused": isReused,
} satisfies Record<string, Scenario>

export type Kind = keyof typeof scenarios

/**
 * What can be played on a stage. Who can not look into its namespaces, a sweeper in another PID namespace among them, can
 * not know that a socket which is bound and does not listen is anybody's; and "a compositor of this pid" means something in
 * one PID namespace only.
 */
export const kindsOn = (stage: Stage, sweptElsewhere: boolean): readonly [Kind, ...ReadonlyArray<Kind>] => {
  if (!stage.seen || (stage.netNamespace && sweptElsewhere)) return ["listens", "stopped"]
  const always = [
    "listens late",
    "dies before it listens",
    "stopped before it listens",
    "stopped",
    "plain file",
    "no socket",
    "moved aside",
  ] as const
  return [
    "listens",
    ...always,
    ...(stage.pidNamespace || sweptElsewhere ? [] : (["shuts down"] as const)),
    ...(stage.choosesPids ? (["pid reused"] as const) : []),
  ]
}

/** Plays a round to its end; one whose pid was another's is told of and not played. */
export const play = (kind: Kind, round: Round): Effect.Effect<void> =>
  scenarios[kind](round).pipe(
    Effect.zipRight(Effect.sync(() => round.count(`played: ${kind}`))),
    Effect.catchAll(() => Effect.sync(() => round.count("not played: the pid was taken"))),
  )
