/** Checks of the relay: that systemd listens for it, that it is not older than this program, that services get its path. Pure. */
import * as Either from "effect/Either"
import { unitNames } from "../../systemd/units/unitNames.ts"
import type { ConfigLine } from "../BarFacts.ts"
import { byHand, type Judged, ok, safely, skipped, warning, wrong } from "../Check.ts"
import { type Facts, isActive, unitIn } from "../Facts.ts"
import { compareVersions } from "./compareVersions.ts"
import { isUnits } from "./daemonUnit.ts"
import { setInManager } from "./setInManager.ts"

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

/** `relay-version`: the relay that runs is of this version. */
export const relayVersion = (facts: Facts): Judged => {
  const id = "relay-version"
  const { program, relay } = facts
  if (Either.isLeft(relay)) return skipped(id, "the relay was not asked", relay.left)
  const { answer } = relay.right
  if (answer._tag !== "Answered") return skipped(id, "the relay's version is not known", answer.why)
  const { pid, version } = answer.pong
  const order = compareVersions(version, program.version)
  if (order === 0) return ok(id, `relay and program are version ${version}`)
  const restart = `systemctl --user restart ${unitNames.relay}`
  return warning(id, {
    what: `the relay is ${order < 0 ? "older" : "newer"} than this program`,
    why: `the relay is ${version}, this program ${program.version}; its clients have to connect again after a restart`,
    remedy: isUnits(unitIn(facts, unitNames.relay), pid)
      ? byHand(restart)
      : byHand(`kill ${pid}`, `${program.text} relay`),
  })
}

const SOCKETS = ["SWAYSOCK", "I3SOCK"] as const

const placeOf = ({ line, path, text }: ConfigLine) => `${path}, line ${line} (${text})`

/** `relay-services`: with `session.relay` services get the relay's path, and no other line has taken it out of systemd. */
export const relayServices = (facts: Facts): Judged => {
  const id = "relay-services"
  const { heldSession, relay, survey } = facts
  if (Either.isLeft(relay)) return skipped(id, "systemd's variables were not checked", relay.left)
  const { imports, isForServices, path } = relay.right
  if (!isForServices) return skipped(id, "services do not use the relay", "session.relay is not set")
  if (Either.isLeft(survey)) return skipped(id, "systemd's variables were not checked", survey.left)
  if (Either.getOrElse(heldSession, () => undefined) === undefined) {
    return skipped(id, "systemd's variables were not checked", "no session runs, which would set them")
  }
  const { variables } = survey.right
  const valueOf = (name: string) => variables.find(each => each.name === name)?.value
  const others = SOCKETS.filter(name => valueOf(name) !== path)
  if (others.length === 0) return ok(id, "services get the relay's path from systemd")
  const found = others.map(name => `${name} is ${valueOf(name) ?? "not set"}`).join(" and ")
  const culprit = imports.length === 0 ? "" : `; ${imports.map(placeOf).join(" and ")} imports it: remove that line`
  return wrong(id, {
    what: "services do not get the relay's path from systemd",
    why: `another program has set it otherwise: ${found}, so services lose their connection when Sway restarts${culprit}`,
    remedy: setInManager(
      facts,
      others.map(name => `${name}=${path}`),
    ),
  })
}
