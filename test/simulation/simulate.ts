/** One schedule against the daemon or the relay. */
import { type Event, makeSchedule } from "./actions.ts"
import { DaemonUnderTest } from "./DaemonUnderTest.ts"
import { watchRemovals } from "./invariants.ts"
import { putOn, RUNTIME_DIR } from "./machine/Machine.ts"
import { randomFrom } from "./machine/random.ts"
import type { Time } from "./machine/Time.ts"
import type { ProgramUnderTest, Simulation } from "./ProgramUnderTest.ts"
import { RelayUnderTest } from "./RelayUnderTest.ts"
import { Report } from "./Report.ts"
import { World } from "./World.ts"

/** The faults of one schedule. */
const FAULTS = 60

/** What a schedule has shown. */
export interface Outcome {
  readonly report: Report
  readonly faults: number
  /** Simulated milliseconds. */
  readonly simulated: number
}

/** The program that a seed is for. */
export const programOf = (seed: number): "daemon" | "relay" => (seed % 2 === 0 ? "daemon" : "relay")

/** The faults of a seed. */
export const scheduleOf = (seed: number): ReadonlyArray<Event> => makeSchedule(randomFrom(seed), FAULTS)

/** Timers that may fire until a program has ended. */
const MOST_STEPS_TO_END = 1000

/** Ends the program and looks for what it has left behind. */
const end = async ({ report, time, world }: Simulation, program: ProgramUnderTest): Promise<void> => {
  let isOver = false
  void program.stop().then(() => {
    isOver = true
  })
  await time.settle()
  for (let steps = 0; !isOver && steps < MOST_STEPS_TO_END; steps += 1) await time.step()
  if (!isOver) return report.violate("the program does not end")
  await time.settle()
  const { bound, files, own, ownEnds } = world.machine
  if (ownEnds.size > 0) report.violate(`${ownEnds.size} connections are left: ${[...ownEnds.values()].join(", ")}`)
  if ([...bound].some(({ holder }) => holder === own)) report.violate("a listener is left")
  if (files.watches > 0) report.violate(`${files.watches} watches of directories are left`)
  const entries = [...(files.peek(RUNTIME_DIR)?.entries ?? [])]
  // The relay leaves its directory, where containers look for its sockets.
  const isExpected = ([name, file]: (typeof entries)[number]) =>
    name.startsWith("sway-ipc.") || (name === "i3pm" && file.entries.size === 0)
  const left = entries.filter(entry => !isExpected(entry)).map(([name]) => name)
  if (left.length > 0) report.violate(`left in the runtime directory: ${left.join(", ")}`)
}

/** Runs a schedule; `events` are those of the seed unless it is shortened. */
export const simulate = async (time: Time, seed: number, events = scheduleOf(seed)): Promise<Outcome> => {
  time.reset()
  const report = new Report(time)
  const random = randomFrom(seed + 1)
  const world = new World(time, random, report)
  putOn(world.machine)
  const simulation = { time, world, random, report, seed }
  const program = programOf(seed) === "daemon" ? new DaemonUnderTest(simulation) : new RelayUnderTest(simulation)
  const checkRemovals = watchRemovals(world.machine, report)
  const check = () => {
    checkRemovals()
    program.check()
  }
  await time.settle()
  for (const { action, at } of events) {
    await time.runUntil(at, check)
    world.perform(action, program)
    await time.settle()
    check()
    if (report.violation !== undefined) break
  }
  if (report.violation === undefined) {
    world.calm()
    await program.recover(check)
  }
  await end(simulation, program)
  putOn(undefined)
  return { report, faults: world.faults, simulated: time.now }
}
