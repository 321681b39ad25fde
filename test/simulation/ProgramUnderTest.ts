/** A program in a simulation, with its clients and its promises. */
import type { Random } from "./machine/random.ts"
import type { Time } from "./machine/Time.ts"
import type { Report } from "./Report.ts"
import type { Clients, World } from "./World.ts"

/** What one simulation consists of, but for the program. */
export interface Simulation {
  readonly time: Time
  readonly world: World
  readonly random: Random
  readonly report: Report
  readonly seed: number
}

/** A program that runs, and what has to hold. */
export interface ProgramUnderTest extends Clients {
  /** What holds at every step. */
  readonly check: () => void
  /** After the faults: lets time pass, with `check` at each step, and checks that all is well in the time that is promised. */
  readonly recover: (check: () => void) => Promise<void>
  /** Closes its clients and ends it. */
  readonly stop: () => Promise<void>
}
