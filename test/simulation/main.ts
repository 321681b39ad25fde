/**
 * The simulation as a process of its own, since it replaces the clock of the process. `scripts/simulate.mjs` bundles this file, so that
 * the layers see the simulated machine, and runs it: `main.mjs one SEED`, or `main.mjs many FROM STEP COUNT MINUTES SHORTENS`.
 */
import { OWN_PID, RUNTIME_DIR } from "./machine/Machine.ts"
import { randomFrom } from "./machine/random.ts"
import { Time, wallNow } from "./machine/Time.ts"
import type { Violation } from "./Report.ts"

// Errors are made by the thousand, and nobody reads their stacks.
Error.stackTraceLimit = 0
const time = new Time()
time.install()
Object.defineProperty(process, "pid", { value: OWN_PID })
process.env["XDG_RUNTIME_DIR"] = RUNTIME_DIR
for (const name of ["SWAYSOCK", "I3SOCK", "NOTIFY_SOCKET", "WATCHDOG_USEC"]) delete process.env[name]
const random = randomFrom(1)
Math.random = () => random.next()

// Loaded after the globals are replaced: Effect's clock keeps some of them.
const { programOf, scheduleOf, simulate } = await import("./simulate.ts")
const { describeAction } = await import("./actions.ts")
const { shorten } = await import("./shorten.ts")

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Shortens the schedule of a seed that has broken a promise, and prints what is left of it. */
const explain = async (seed: number, { at: end }: Violation): Promise<void> => {
  const breaks = async (events: ReturnType<typeof scheduleOf>) =>
    (await simulate(time, seed, events)).report.violation !== undefined
  const events = await shorten(
    scheduleOf(seed).filter(({ at }) => at <= end),
    breaks,
  )
  const { violation } = (await simulate(time, seed, events)).report
  say(`seed ${seed} (${programOf(seed)}): ${violation?.what}`)
  say(`shortened to ${events.length} of ${scheduleOf(seed).length} faults:`)
  for (const { action, at } of events) say(`  ${(at / 1000).toFixed(3)} s  ${describeAction(action)}`)
  say(`replay: npm run simulate -- --seed ${seed}`)
}

/** Runs one seed and prints all of it. */
const runOne = async (seed: number): Promise<void> => {
  const began = wallNow()
  const { faults, report, simulated } = await simulate(time, seed)
  say(`seed ${seed}: the ${programOf(seed)}, ${faults} faults in ${(simulated / 60_000).toFixed(1)} simulated minutes`)
  for (const line of report.lines) say(line)
  if (report.violation === undefined) say("no promise was broken")
  else {
    process.exitCode = 1
    await explain(seed, report.violation)
  }
  say(`wall: ${((wallNow() - began) / 1000).toFixed(1)} s`)
}

/** Runs seeds until there are `count` of them or the time is over, and prints one line of JSON for the script. */
const runMany = async (
  from: number,
  step: number,
  count: number,
  minutes: number,
  shortens: boolean,
): Promise<void> => {
  const end = wallNow() + minutes * 60_000
  const total = { schedules: 0, faults: 0, simulated: 0, failed: undefined as number | undefined }
  for (let seed = from; total.schedules < count && wallNow() < end; seed += step) {
    const { faults, report, simulated } = await simulate(time, seed)
    total.schedules += 1
    total.faults += faults
    total.simulated += simulated
    if (report.violation === undefined) continue
    total.failed = seed
    process.exitCode = 1
    if (shortens) await explain(seed, report.violation)
    else say(`seed ${seed} (${programOf(seed)}): ${report.violation.what}`)
    break
  }
  say(JSON.stringify(total))
}

const [mode, ...given] = process.argv.slice(2)
const [first = 1, step = 1, count = 1, minutes = 1, shortens = 1] = given.map(Number)
if (mode === "one") await runOne(first)
else await runMany(first, step, count, minutes, shortens === 1)
