/** What all scenarios are made of: names, pauses, an actor that starts and one that dies. */
import * as timers from "node:timers/promises"
import * as Effect from "effect/Effect"
import { TEST_UID } from "../TestUser.ts"
import { type Actor, startActor, type TAKEN } from "./Actor.ts"
import type { Dice } from "./dice.ts"
import type { Referee } from "./Referee.ts"
import type { Stage } from "./Stage.ts"

/** One round: its choices and where it is played. */
export interface Round {
  readonly number: number
  readonly dice: Dice
  readonly stage: Stage
  readonly referee: Referee
  readonly runtimeDir: string
  /** A pid that no other round uses now. */
  readonly nextPid: () => number
  /** Counts something worth printing. */
  readonly count: (what: string, by?: number) => void
}

/** Fails when the pid it needs is taken. */
export type Scenario = (round: Round) => Effect.Effect<void, typeof TAKEN>

/** Command names of compositors, and of what is none. */
export const compositors = ["sway", "scroll", "swayfx", ".sway-wrapped", "i3"] as const
export const strangers = ["bash", "gamescope", "waybar", "swaybar", "i3status", "sway-launcher"] as const
const families = ["sway-ipc.UID.", "scroll-ipc.UID.", "swayfx-ipc.UID.", "i3/ipc-socket."] as const

/** In milliseconds: at once, within a sweep, longer than a young file is young. */
const pauses = [0, 0, 2, 15, 60, 250, 400] as const

/** A pause that the dice choose. */
export const rest = ({ dice }: Round) =>
  Effect.promise(signal => timers.setTimeout(dice.pick(pauses), undefined, { signal }))

/** A command name of either kind. */
export const anyName = ({ dice }: Round) => dice.pick([...compositors, ...strangers])

/** A socket path of any family with this pid in it. */
export const pathOf = ({ dice, runtimeDir }: Round, pid: string) => {
  const family = dice.pick(families).replace("UID", `${TEST_UID}`)
  return `${runtimeDir}/${family}${pid}${family.startsWith("i3/") ? "" : ".sock"}`
}

/** An actor with a pid that is in its path. */
export const startOne = (round: Round, comm: string, suffix = "a") => {
  const { choosesPids } = round.stage
  const pid = choosesPids ? round.nextPid() : 0
  const path = pathOf(round, choosesPids ? `${pid}` : "%p")
  return startActor(round.referee, { token: `r${round.number}${suffix}`, stage: round.stage, pid, comm, path })
}

/** By a kill, which leaves an orphan, or by an exit, which does not. */
export const die = (round: Round, actor: Actor) =>
  Effect.gen(function* () {
    const killed = round.dice.below(3) > 0
    yield* killed ? actor.kill : actor.leave
    round.count(killed ? "killed" : "exited")
    yield* actor.untilGone
  })
