/** Asks the user manager and the session bus. It asks little, since each question starts a process. */
import * as Effect from "effect/Effect"
import { GRAPHICAL_TARGET } from "../../session/binding/targets.ts"
import { ActivationEnvironment } from "../../systemd/ActivationEnvironment.ts"
import { UserManager } from "../../systemd/UserManager.ts"
import type { UnitProperties } from "../../systemd/units/properties.ts"
import { WAYBAR_SERVICE } from "../BarFacts.ts"
import type { ManagerFacts } from "../Facts.ts"
import { OWN_NAMES, OWN_PROPERTIES, type UnitAnswers } from "./units.ts"

const BUS_SOCKET = "dbus.socket"
/** `dbus-broker.service` has this alias. */
const BUS_SERVICE = "dbus.service"

/** The answers of the user manager. */
export interface ManagerAnswers extends UnitAnswers {
  readonly facts: ManagerFacts
  /** The unit behind `dbus.service`. */
  readonly busUnit: string
  readonly waybarService: UnitProperties
}

/** All that is asked of the user manager, except by the survey. */
export const managerAnswers: Effect.Effect<ManagerAnswers, { readonly message: string }, UserManager> = Effect.gen(
  function* () {
    const manager = yield* UserManager
    const names = [...OWN_NAMES, GRAPHICAL_TARGET, BUS_SOCKET, BUS_SERVICE, WAYBAR_SERVICE]
    const [own, shown] = yield* Effect.all(
      [
        manager.properties(["Version", "UnitPath", "ServiceWatchdogs"]),
        manager.show(names, [...OWN_PROPERTIES, "BoundBy"]),
      ],
      { concurrency: 2 },
    )
    const { ServiceWatchdogs = "yes", UnitPath = "", Version = "" } = own
    const { ActiveState = "inactive", LoadState = "not-found" } = shown[names.indexOf(BUS_SOCKET)] ?? {}
    const systemd = Number.parseInt(Version.replace(/^\D+/, ""), 10)
    return {
      shown,
      unitPath: UnitPath,
      systemd,
      busUnit: shown[names.indexOf(BUS_SERVICE)]?.["Id"] ?? BUS_SERVICE,
      waybarService: shown[names.indexOf(WAYBAR_SERVICE)] ?? {},
      facts: {
        version: systemd,
        watchdogs: ServiceWatchdogs !== "no",
        busSocket: LoadState === "loaded" ? ActiveState : LoadState,
      },
    }
  },
)

/** The bus's implementation. Fails if no session bus answers. If the manager does not report which one it is: dbus-daemon. */
export const busAnswers = <E, R>(answers: Effect.Effect<ManagerAnswers, E, R>) =>
  Effect.gen(function* () {
    const { check } = yield* ActivationEnvironment
    const [busUnit] = yield* Effect.all(
      [
        Effect.orElseSucceed(
          Effect.map(answers, ({ busUnit }) => busUnit),
          () => BUS_SERVICE,
        ),
        check,
      ],
      { concurrency: 2 },
    )
    return busUnit === "dbus-broker.service" ? ("dbus-broker" as const) : ("dbus-daemon" as const)
  })
