/** The relay in a simulation: its clients send requests, and what they get is checked. */
import type { Action } from "./actions.ts"
import { watchConnections } from "./invariants.ts"
import { RUNTIME_DIR } from "./machine/Machine.ts"
import type { ProgramUnderTest, Simulation } from "./ProgramUnderTest.ts"
import { type Running, startRelay } from "./programs.ts"
import { RelayClients } from "./RelayClients.ts"

/** The connections of the relay itself: the kept one, its events, a probe, a ready one, and two that are being proven. */
const OWN_CONNECTIONS = 6

/** Clients that misbehave and are connected at the same time. */
const OTHER_CLIENTS = 10

/** What clients have asked is answered within this time after the faults, in milliseconds: the wait for an attempt, and its probe. */
const ANSWERED_WITHIN_MS = 8000

/** The relay. */
export class RelayUnderTest implements ProgramUnderTest {
  readonly judgesReplies = false
  readonly #simulation: Simulation
  readonly #clients: RelayClients
  readonly #running: Running
  readonly #checkConnections: () => void

  constructor(simulation: Simulation) {
    const { random, report, seed, world } = simulation
    this.#simulation = simulation
    const path = `${RUNTIME_DIR}/i3pm/relay.sock`
    this.#clients = new RelayClients({ machine: world.machine, path, random, report, log: world.log })
    const most = OWN_CONNECTIONS + OTHER_CLIENTS + 8
    this.#checkConnections = watchConnections(world.machine, () => world.alive, report, { most, mostWaiting: 2 })
    this.#running = startRelay(seed, { onDeath: why => report.violate(`the relay died: ${why}`) })
  }

  ask(): void {
    this.#clients.ask()
  }

  misbehave(manner: Extract<Action, { do: "bad client" }>["manner"]): void {
    this.#clients.misbehave(manner)
  }

  check(): void {
    this.#checkConnections()
  }

  async recover(check: () => void): Promise<void> {
    const { report, time, world } = this.#simulation
    await time.runUntil(time.now + ANSWERED_WITHIN_MS, check)
    const [oldest] = this.#clients.waiting
    if (oldest !== undefined) {
      report.violate(`a request of type ${oldest.type} has waited since ${oldest.askedAt} ms, also after the faults`)
    }
    this.#clients.checkCommands()
    this.#clients.checkModes(new Set(world.alive.map(({ mode }) => mode)))
  }

  stop(): Promise<void> {
    this.#clients.close()
    return this.#running.stop()
  }
}
