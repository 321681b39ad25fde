/** The daemon in a simulation: its health is asked, and its promises are checked. */
import type { Action } from "./actions.ts"
import { ControlClients } from "./ControlClients.ts"
import { watchConnections, watchHealth } from "./invariants.ts"
import { RUNTIME_DIR } from "./machine/Machine.ts"
import type { ProgramUnderTest, Simulation } from "./ProgramUnderTest.ts"
import { type Running, startDaemon, WATCHDOG_MS } from "./programs.ts"

/** Health has to be answered within this time, in milliseconds. */
const ANSWER_MS = 100

/** The longest wait between two attempts is 6 s, and a probe takes at most one more. */
const HEALTHY_WITHIN_MS = 8000

/** A restart that is not disturbed: the event of the directory wakes the daemon. */
const RECOVERED_WITHIN_MS = 500

/** A sweep every 5 s, and half a second for a young socket. */
const CLEAN_WITHIN_MS = 6000

/** The daemon. */
export class DaemonUnderTest implements ProgramUnderTest {
  readonly judgesReplies = true
  readonly #simulation: Simulation
  readonly #clients: ControlClients
  readonly #running: Running
  readonly #checkConnections: () => void
  #pingedAt = 0

  constructor(simulation: Simulation) {
    const { report, seed, time, world } = simulation
    this.#simulation = simulation
    this.#clients = new ControlClients(world.machine, `${RUNTIME_DIR}/i3-project-daemon/ipc.sock`)
    this.#checkConnections = watchConnections(world.machine, () => world.alive, report, { most: 2, mostWaiting: 1 })
    const onHealth = watchHealth(report)
    this.#running = startDaemon(seed, {
      onHealth: ({ error, status }) => onHealth(status, error),
      onNotify: message => {
        if ("WATCHDOG" in message || "READY" in message) this.#pingedAt = time.now
      },
      onDeath: why => report.violate(`the daemon died: ${why}`),
    })
  }

  /** Asks, and checks that a compositor that was stopped all the time is not called healthy. */
  ask(): void {
    const { report, world } = this.#simulation
    const stopped = new Set(world.alive.filter(({ isStopped }) => isStopped))
    const wasAsked = this.#clients.ask(({ socketPath, status }) => {
      report.say(`answer: ${status} ${socketPath ?? "-"}`)
      const isStopped = world.alive.some(each => each.isStopped && stopped.has(each) && each.path === socketPath)
      if (status === "healthy" && isStopped) report.violate(`healthy, while ${socketPath} is stopped`)
    })
    if (!wasAsked) report.violate("the control socket refuses a client")
  }

  misbehave(manner: Extract<Action, { do: "bad client" }>["manner"]): void {
    this.#clients.misbehave(manner)
  }

  check(): void {
    const { report, time } = this.#simulation
    this.#checkConnections()
    for (const { askedAt } of this.#clients.open) {
      if (time.now - askedAt > ANSWER_MS) report.violate(`no answer ${ANSWER_MS} ms after a question about health`)
    }
    if (time.now - this.#pingedAt > WATCHDOG_MS) report.violate("the watchdog was not pinged in time")
  }

  /** Asks so that the answer has to be there at this time, and gives the status. */
  async #statusAt(end: number, check: () => void): Promise<string> {
    let answer = "no answer"
    await this.#simulation.time.runUntil(end - ANSWER_MS, check)
    this.#clients.ask(({ status }) => {
      answer = status
    })
    await this.#simulation.time.runUntil(end, check)
    return answer
  }

  async recover(check: () => void): Promise<void> {
    const { report, time, world } = this.#simulation
    const calmAt = time.now
    await time.runUntil(calmAt + CLEAN_WITHIN_MS, check)
    const left = world.orphans
    if (left.length > 0) report.violate(`${left.join(", ")} left ${CLEAN_WITHIN_MS} ms after the faults`)
    const status = await this.#statusAt(calmAt + HEALTHY_WITHIN_MS, check)
    if (status !== "healthy") report.violate(`${status} ${HEALTHY_WITHIN_MS} ms after the faults`)

    for (const compositor of world.alive) compositor.crash()
    await time.runUntil(time.now + 3000, check)
    const next = world.start(0)
    report.say(`sway ${next?.process.pid} starts undisturbed`)
    const again = await this.#statusAt(time.now + RECOVERED_WITHIN_MS, check)
    if (again !== "healthy") report.violate(`${again} ${RECOVERED_WITHIN_MS} ms after an undisturbed restart`)
  }

  stop(): Promise<void> {
    this.#clients.close()
    return this.#running.stop()
  }
}
