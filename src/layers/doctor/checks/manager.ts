/** Checks of systemd's user manager and of the session bus. Pure. */
import * as Either from "effect/Either"
import { byHand, type Judged, ok, type Remedy, safely, skipped, warning, wrong } from "../Check.ts"
import type { Facts, ManagerFacts } from "../Facts.ts"
import { REFUSED } from "./places.ts"

/** `user-manager`: there is a user manager, which runs i3pm's units. */
export const userManager = ({ manager, runtimeDir, tools, uid }: Facts): Judged => {
  const id = "user-manager"
  if (Either.isRight(manager)) return ok(id, "systemd's user manager answers")
  if (manager.left === REFUSED) return skipped(id, "systemd was not asked", REFUSED)
  if (!tools.has("systemctl")) return skipped(id, "there is no systemd", "systemctl is not installed")
  return warning(id, {
    what: "systemd's user manager does not answer",
    why: `${manager.left}; i3pm's units need it`,
    remedy: byHand(
      runtimeDir.configured === undefined && runtimeDir.other !== undefined
        ? `export XDG_RUNTIME_DIR=${runtimeDir.other}`
        : `sudo systemctl restart user@${uid}.service`,
    ),
  })
}

const busRemedy = ({ busSocket }: ManagerFacts): Remedy => {
  if (busSocket === "active") return byHand('export DBUS_SESSION_BUS_ADDRESS="unix:path=$XDG_RUNTIME_DIR/bus"')
  return busSocket === "not-found"
    ? byHand("sudo apt-get install dbus-user-session", "systemctl --user start dbus.socket")
    : byHand("systemctl --user start dbus.socket")
}

/** `user-bus`: the session bus answers. */
export const userBus = ({ bus, manager }: Facts): Judged => {
  const id = "user-bus"
  if (Either.isRight(bus)) return ok(id, `the session bus answers (${bus.right})`)
  if (bus.left === REFUSED) return skipped(id, "the session bus was not asked", REFUSED)
  if (Either.isLeft(manager)) return skipped(id, "the session bus was not asked", manager.left)
  return wrong(id, {
    what: "the session bus does not answer",
    why: `${bus.left}; D-Bus services, portals and notifications need one`,
    remedy: busRemedy(manager.right),
  })
}

/** The oldest version that the units are tested with. */
const TESTED = 252

/** `systemd-version`: one that the units are tested with, or a later one. */
export const systemdVersion = ({ manager }: Facts): Judged => {
  const id = "systemd-version"
  if (Either.isLeft(manager)) return skipped(id, "the version is not known", manager.left)
  const { version } = manager.right
  if (version >= TESTED) return ok(id, `systemd ${version}`)
  const why = `the units are tested with systemd ${TESTED} and later`
  return warning(id, { what: `systemd ${version} is old`, why, remedy: null })
}

/** `service-watchdogs`: watchdogs are not turned off for all services. */
export const serviceWatchdogs = ({ manager }: Facts): Judged => {
  const id = "service-watchdogs"
  if (Either.isLeft(manager)) return skipped(id, "systemd was not asked", manager.left)
  if (manager.right.watchdogs) return ok(id, "systemd restarts services that miss a watchdog ping")
  return warning(id, {
    what: "all service watchdogs are off",
    why: "turned off by systemctl --user service-watchdogs no: a service that hangs is not restarted",
    remedy: safely(["systemctl", "--user", "service-watchdogs", "yes"]),
  })
}
