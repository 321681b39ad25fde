/** Makes the user manager load the installed units, and starts those that should run now. */
import * as Effect from "effect/Effect"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import { activateRelay } from "./activateRelay.ts"
import { type DaemonLifetime, unitNames } from "./catalogue.ts"
import { ifManaged, JOB_DEADLINE, statesOf } from "./managed.ts"
import type { Report, Step } from "./steps.ts"

/** `isChanged`: its unit file was written. `isWanted`: it should run now, by its lifetime. */
interface DaemonState {
  readonly isChanged: boolean
  readonly isWanted: boolean
  readonly isRunning: boolean
}

const DAEMON = unitNames.daemon

const stopDaemon = (report: Report, detail: string) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    yield* manager.stop([DAEMON], JOB_DEADLINE)
    report({ action: "stopped", what: DAEMON, detail })
  })

/** Starts the daemon if it should run now, and restarts it if its unit has changed. Otherwise it is not started. */
const updateDaemon = ({ isChanged, isRunning, isWanted }: DaemonState, report: Report) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    if (!isWanted) {
      if (!isChanged) return
      const detail = `it starts with ${unitNames.sessionTarget}, which is not active`
      if (isRunning) return yield* stopDaemon(report, detail)
      return report({ action: "skipped", what: DAEMON, detail })
    }
    if (isRunning && !isChanged) return
    if (isRunning) yield* stopDaemon(report, "its unit has changed")
    yield* manager.start([DAEMON], JOB_DEADLINE)
    report({ action: "started", what: DAEMON })
  })

/**
 * Reloads the manager if needed, and starts the timer, the daemon and the relay's socket. `done` are the steps so far. Without a manager it does
 * nothing.
 */
export const activate = (
  done: ReadonlyArray<Step>,
  lifetime: DaemonLifetime,
  report: Report,
): Effect.Effect<void, UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const isChanged = done.some(({ action }) => action !== "unchanged")
    const names = [unitNames.timer, unitNames.sessionTarget, DAEMON, unitNames.relaySocket, unitNames.relay]
    const before = yield* ifManaged(statesOf(names))
    if (before === undefined) {
      const detail = "none runs for this user: the units take effect at the next login"
      return isChanged ? report({ action: "skipped", what: "user manager", detail }) : undefined
    }
    if (isChanged || before.some(({ isStale }) => isStale)) {
      yield* manager.reload
      report({ action: "reloaded", what: "user manager" })
    }
    const [timer, target, daemon, socket, service] = yield* statesOf(names)
    if (timer?.isRunning !== true) {
      yield* manager.start([unitNames.timer], JOB_DEADLINE)
      report({ action: "started", what: unitNames.timer })
    }
    const isWritten = (name: string) => done.some(({ action, what }) => action === "wrote" && what.endsWith(`/${name}`))
    const state: DaemonState = {
      isChanged: isWritten(DAEMON),
      isWanted: lifetime === "manager" || target?.isRunning === true,
      isRunning: daemon?.isRunning === true,
    }
    yield* updateDaemon(state, report)
    const isRelayChanged = isWritten(unitNames.relaySocket) || isWritten(unitNames.relay)
    yield* activateRelay({ isChanged: isRelayChanged, socket, service }, report)
  })
