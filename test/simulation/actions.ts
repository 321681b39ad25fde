/** The faults of a schedule, as data: made from a seed, so that a schedule can be replayed and shortened. */
import type { Manner } from "./Compositor.ts"
import type { Random } from "./machine/random.ts"

/** One thing that happens to the machine. `which` picks among what there is at that time. Times are in milliseconds. */
export type Action =
  | { readonly do: "start"; readonly listensAfter: number }
  | { readonly do: "crash" | "exit"; readonly which: number }
  | { readonly do: "restart"; readonly which: number; readonly samePid: boolean; readonly after: number }
  | { readonly do: "stop"; readonly which: number; readonly for: number }
  | { readonly do: "slow"; readonly which: number; readonly by: number; readonly for: number }
  | { readonly do: "split"; readonly which: number; readonly for: number }
  | { readonly do: "misbehave"; readonly which: number; readonly manner: Manner; readonly for: number }
  | { readonly do: "flood"; readonly which: number; readonly events: number }
  | { readonly do: "lose events"; readonly for: number }
  | { readonly do: "delay events"; readonly by: number; readonly for: number }
  | { readonly do: "step clock"; readonly by: number }
  | { readonly do: "refuse connections"; readonly errno: string; readonly for: number }
  | { readonly do: "fail calls"; readonly calls: "looks" | "changes"; readonly errno: string; readonly for: number }
  | { readonly do: "orphan"; readonly pid: "none" | "other" | "own"; readonly age: number }
  | { readonly do: "race"; readonly syscall: "rename" | "unlink" }
  | { readonly do: "remove file"; readonly which: number }
  | { readonly do: "ask" }
  | { readonly do: "bad client"; readonly manner: "garbage" | "half a line" | "long line" | "never reads" | "leaves" }

/** An action and when it happens, in milliseconds since the start of the schedule. */
export interface Event {
  readonly at: number
  readonly action: Action
}

const errnos = ["EMFILE", "ENFILE", "EAGAIN", "ENOBUFS"] as const
const fileErrnos = ["ENOSPC", "EIO", "EACCES", "EROFS"] as const

type Make = (random: Random) => Action

const duration = (random: Random) => random.pick([50, 300, 1000, 3000, 10_000, 30_000])
const which = (random: Random) => random.between(0, 99)

/** Each kind of action, with how often it comes relative to the others. */
const kinds: ReadonlyArray<readonly [weight: number, make: Make]> = [
  [4, random => ({ do: "start", listensAfter: random.pick([0, 0.05, 5, 200]) })],
  [8, random => ({ do: "crash", which: which(random) })],
  [4, random => ({ do: "exit", which: which(random) })],
  [
    10,
    random => ({
      do: "restart",
      which: which(random),
      samePid: random.chance(0.3),
      after: random.pick([0, 1, 20, 500, 4000]),
    }),
  ],
  [6, random => ({ do: "stop", which: which(random), for: duration(random) })],
  [4, random => ({ do: "slow", which: which(random), by: random.pick([5, 55, 90, 900]), for: duration(random) })],
  [3, random => ({ do: "split", which: which(random), for: duration(random) })],
  [
    4,
    random => ({
      do: "misbehave",
      which: which(random),
      manner: random.pick(["late", "garbage", "wrongType"]),
      for: duration(random),
    }),
  ],
  [3, random => ({ do: "flood", which: which(random), events: random.pick([10, 300, 2000]) })],
  [3, random => ({ do: "lose events", for: duration(random) })],
  [3, random => ({ do: "delay events", by: random.pick([5, 100, 2000]), for: duration(random) })],
  [2, random => ({ do: "step clock", by: random.pick([-86_400_000, -1000, 700, 3_600_000]) })],
  [3, random => ({ do: "refuse connections", errno: random.pick(errnos), for: duration(random) })],
  [
    3,
    random => ({
      do: "fail calls",
      calls: random.pick(["looks", "changes"]),
      errno: random.pick(fileErrnos),
      for: duration(random),
    }),
  ],
  [6, random => ({ do: "orphan", pid: random.pick(["none", "other", "own"]), age: random.pick([0, 100, 60_000]) })],
  [4, random => ({ do: "race", syscall: random.pick(["rename", "unlink"]) })],
  [2, random => ({ do: "remove file", which: which(random) })],
  [12, () => ({ do: "ask" })],
  [
    4,
    random => ({
      do: "bad client",
      manner: random.pick(["garbage", "half a line", "long line", "never reads", "leaves"]),
    }),
  ],
]

const total = kinds.reduce((sum, [weight]) => sum + weight, 0)

const makeAction: Make = random => {
  let left = random.next() * total
  for (const [weight, make] of kinds) {
    left -= weight
    if (left < 0) return make(random)
  }
  return { do: "ask" }
}

/** The actions of one schedule: bursts of several within a second, then up to five minutes of rest. */
export const makeSchedule = (random: Random, count: number): ReadonlyArray<Event> => {
  const events: Array<Event> = []
  let at = 500
  while (events.length < count) {
    at += random.chance(0.5) ? random.between(0, 400) : random.between(400, 300_000)
    events.push({ at, action: makeAction(random) })
  }
  return events
}

/** An action in one line. */
export const describeAction = ({ do: what, ...others }: Action): string =>
  [what, ...Object.entries(others).map(([name, value]) => `${name}=${value}`)].join(" ")
