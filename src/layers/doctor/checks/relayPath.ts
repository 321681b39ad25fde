/** The check that nothing names the relay's socket where there is none: a sway that is started so takes that path for itself. Pure. */

import * as Either from "effect/Either"
import type { VariableReport } from "../../session/survey/variables.ts"
import { isRelaySocketIn } from "../../system/relayPaths.ts"
import { shellLine } from "../../system/shellWords.ts"
import { unitNames } from "../../systemd/units/unitNames.ts"
import { byHand, type Judged, ok, type Remedy, safely, skipped, wrong } from "../Check.ts"
import { type Facts, isLoaded, type RelayFacts, unitIn } from "../Facts.ts"
import { tmuxCommand } from "./variables.ts"

/** The variables of one place that name a relay's socket which is not there, and the commands that take them out. */
interface Place {
  readonly where: string
  readonly names: ReadonlyArray<string>
  readonly unset: ReadonlyArray<string>
}

const placesIn = (facts: Facts): ReadonlyArray<Place> => {
  const isBad = ({ stale, value }: VariableReport) => stale && isRelaySocketIn(facts.runtimeDir.result.path, value)
  const shell = Either.getOrElse(facts.shell, () => []).filter(isBad)
  const tmux = Either.getOrElse(facts.tmux, () => []).filter(isBad)
  const manager = Either.match(facts.survey, { onLeft: () => [], onRight: each => each.variables }).filter(isBad)
  const namesOf = (found: ReadonlyArray<VariableReport>) => [...new Set(found.map(({ name }) => name))]
  const places: ReadonlyArray<Place> = [
    { where: "this shell", names: namesOf(shell), unset: [`unset ${namesOf(shell).join(" ")}`] },
    { where: "tmux", names: namesOf(tmux), unset: tmux.map(each => shellLine(tmuxCommand(undefined, each))) },
    {
      where: "systemd",
      names: namesOf(manager),
      unset: [shellLine(["systemctl", "--user", "unset-environment", ...namesOf(manager)])],
    },
  ]
  return places.filter(({ names }) => names.length > 0)
}

/** Makes the socket; without its unit, unsets the variables. */
const remedyFor = (facts: Facts, { listener }: RelayFacts, places: ReadonlyArray<Place>): Remedy => {
  const unit = unitIn(facts, unitNames.relaySocket)
  return unit !== undefined && isLoaded(unit) && listener._tag !== "Relay"
    ? safely(["systemctl", "--user", "start", unitNames.relaySocket])
    : byHand(...places.flatMap(({ unset }) => unset))
}

/** `relay-path`: no variable names a socket of the relay that is not there, and no compositor listens at the relay's path. */
export const relayPath = (facts: Facts): Judged => {
  const id = "relay-path"
  const { relay } = facts
  if (Either.isLeft(relay)) return skipped(id, "the relay's path was not checked", relay.left)
  const { listener, path } = relay.right
  if (listener._tag === "Compositor") {
    return wrong(id, {
      what: `${listener.name} (pid ${listener.pid}) listens on the relay's path`,
      why: `it was started with SWAYSOCK=${path} while there was no relay: exit it, and start it without that variable`,
      remedy: byHand("unset SWAYSOCK I3SOCK"),
    })
  }
  const places = placesIn(facts)
  if (places.length === 0) {
    return ok(
      id,
      listener._tag === "Relay" ? "the relay's path is the relay's" : "nothing names a relay that is not there",
    )
  }
  const found = places.map(({ names, where }) => `${names.join(" and ")} in ${where}`).join(", ")
  return wrong(id, {
    what: `a variable names the relay, and nobody listens there: ${found}`,
    why: "programs that are started so cannot connect, and a sway that is started so takes the relay's path for itself",
    remedy: remedyFor(facts, relay.right, places),
  })
}
