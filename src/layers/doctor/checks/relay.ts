/** Checks of the relay: that systemd listens for it. Pure. */
import { unitNames } from "../../systemd/units/unitNames.ts"
import { byHand, type Judged, ok, safely, skipped, wrong } from "../Check.ts"
import { type Facts, isActive, unitIn } from "../Facts.ts"

const SOCKET = unitNames.relaySocket

/** `relay-socket`: systemd listens on the relay's path, so that it is never missing. */
export const relaySocket = (facts: Facts): Judged => {
  const id = "relay-socket"
  const unit = unitIn(facts, SOCKET)
  const { LoadState = "not-found", Result = "unknown", UnitFileState = "" } = unit?.properties ?? {}
  if (unit === undefined || LoadState !== "loaded") {
    return skipped(id, "the relay's socket was not checked", `${SOCKET} is ${LoadState}`)
  }
  if (isActive(unit.properties)) return ok(id, "systemd listens on the relay's socket")
  const why =
    "clients of the relay cannot connect, and a sway that is started with SWAYSOCK set to its path takes that path"
  if (unit.properties["ActiveState"] === "failed") {
    return wrong(id, {
      what: "systemd cannot listen on the relay's socket",
      why: `${SOCKET} failed (${Result}): ${why}`,
      remedy: byHand(`${facts.program.text} relay check`, `systemctl --user restart ${SOCKET}`),
    })
  }
  if (UnitFileState !== "enabled") return skipped(id, "the relay is not in use", `${SOCKET} is not enabled`)
  return wrong(id, {
    what: "systemd does not listen on the relay's socket",
    why,
    remedy: safely(["systemctl", "--user", "start", SOCKET]),
  })
}
