/** Starts the relay's socket. A relay that runs is not restarted: its clients would lose their connections. */
import * as Effect from "effect/Effect"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import { JOB_DEADLINE, type UnitState } from "./managed.ts"
import type { Report } from "./steps.ts"
import { unitNames } from "./unitNames.ts"

const SOCKET = unitNames.relaySocket

/** `isChanged`: the unit file of the socket or of the service was written. */
export interface RelayState {
  readonly isChanged: boolean
  readonly socket: UnitState | undefined
  readonly service: UnitState | undefined
}

/** See the head of this file. If something else uses the socket's path, the step says so. */
export const activateRelay = (
  { isChanged, service, socket }: RelayState,
  report: Report,
): Effect.Effect<void, UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    if (service?.isRunning === true) {
      const detail = `it keeps running as it was, since its clients would be disconnected; later: systemctl --user restart ${SOCKET}`
      return isChanged ? report({ action: "skipped", what: unitNames.relay, detail }) : undefined
    }
    if (socket?.isRunning === true && !isChanged) return
    if (socket?.isRunning === true) yield* manager.stop([SOCKET], JOB_DEADLINE)
    const isStarted = yield* Effect.as(manager.start([SOCKET], JOB_DEADLINE), true).pipe(
      Effect.catchIf(
        ({ reason }) => reason === "Failed",
        () => Effect.succeed(false),
      ),
    )
    if (isStarted) return report({ action: "started", what: SOCKET })
    report({
      action: "skipped",
      what: SOCKET,
      detail: "it could not be started; i3pm relay check says what is in its way",
    })
  })
