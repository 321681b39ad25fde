/** Checks of the variables that name sockets and displays: in this shell, in tmux, in systemd and in D-Bus. Pure. */

import * as Either from "effect/Either"
import type { VariableReport } from "../../session/survey/variables.ts"
import { shellWord } from "../../system/shellWords.ts"
import { byHand, type Command, type Judged, ok, safely, skipped, warning, wrong } from "../Check.ts"
import { type Facts, liveIn, type RelayFacts, swayIn, type TmuxVariable } from "../Facts.ts"
import { setInManager } from "./setInManager.ts"

/** The socket that programs should get: the relay's, where it is in use and listens, else the compositor's. */
const socketFor = (facts: Facts, isInUse: (relay: RelayFacts) => boolean): string | undefined => {
  const relay = Either.getOrUndefined(facts.relay)
  return relay?.listener._tag === "Relay" && isInUse(relay) ? relay.path : liveIn(facts)?.path
}

const isSocket = ({ name }: VariableReport) => name === "SWAYSOCK" || name === "I3SOCK"

const staleIn = (variables: ReadonlyArray<VariableReport>) => variables.filter(({ stale }) => stale)

const reasons = (variables: ReadonlyArray<VariableReport>) =>
  variables.map(({ name, reason, value }) => `${name}=${value}: ${reason}`).join("; ")

const namesOf = (variables: ReadonlyArray<VariableReport>) => variables.map(({ name }) => name)

const plural = (names: ReadonlyArray<string>) => `${names.join(" and ")} ${names.length === 1 ? "is" : "are"}`

/** `shell-swaysock`: programs that are started in this shell find the compositor. */
export const shellSwaysock = (facts: Facts): Judged => {
  const id = "shell-swaysock"
  const { program, shell } = facts
  if (Either.isLeft(shell)) return skipped(id, "this shell's variables were not checked", shell.left)
  const sockets = shell.right.filter(isSocket)
  const stale = staleIn(sockets)
  const live = liveIn(facts)
  if (stale.length > 0) {
    const names = namesOf(stale)
    return wrong(id, {
      what: `${plural(names)} stale in this shell`,
      why: reasons(stale),
      remedy: byHand(
        live === undefined
          ? `unset ${names.join(" ")}`
          : `export ${names.map(name => `${name}="$(${program.text} socket)"`).join(" ")}`,
      ),
    })
  }
  if (sockets.length > 0) return ok(id, `${plural(namesOf(sockets))} valid in this shell`)
  if (live === undefined) return skipped(id, "SWAYSOCK is not set in this shell", "no compositor answers")
  return warning(id, {
    what: "SWAYSOCK is not set in this shell",
    why: "swaymsg and scripts that are started here cannot find the compositor",
    remedy: byHand(`export SWAYSOCK="$(${program.text} socket)"`),
  })
}

/** `NAME=VALUE` for each name that has a valid value elsewhere. */
const validElsewhere = (names: ReadonlyArray<string>, elsewhere: ReadonlyArray<VariableReport>) =>
  names.flatMap(name => {
    const found = elsewhere.find(each => each.name === name && !each.stale)
    return found === undefined ? [] : [`${name}=${found.value}`]
  })

/** `shell-display`: the same for the display variables, with which programs open windows. */
export const shellDisplay = ({ shell, survey }: Facts): Judged => {
  const id = "shell-display"
  if (Either.isLeft(shell)) return skipped(id, "this shell's variables were not checked", shell.left)
  const displays = shell.right.filter(each => !isSocket(each))
  const stale = staleIn(displays)
  if (stale.length > 0) {
    const names = namesOf(stale)
    // systemd has the values of the session that runs.
    const valid = validElsewhere(names, Either.match(survey, { onLeft: () => [], onRight: each => each.variables }))
    return warning(id, {
      what: `${plural(names)} stale in this shell`,
      why: reasons(stale),
      remedy: byHand(
        valid.length === names.length ? `export ${valid.map(shellWord).join(" ")}` : `unset ${names.join(" ")}`,
      ),
    })
  }
  return displays.length === 0
    ? skipped(id, "no display is set in this shell", "neither WAYLAND_DISPLAY nor DISPLAY is set")
    : ok(id, `${plural(namesOf(displays))} valid in this shell`)
}

/** The command that gives tmux this path for the variable; without a path, or for a session alone, it takes the variable out. */
export const tmuxCommand = (live: string | undefined, { name, session }: TmuxVariable): Command => [
  "tmux",
  "set-environment",
  ...(session === undefined ? ["-g"] : ["-t", session]),
  ...(live === undefined || session !== undefined ? ["-u", name] : [name, live]),
]

/** `tmux-swaysock`: programs in new tmux windows find the compositor. Open windows keep the old value. */
export const tmuxSwaysock = (facts: Facts): Judged => {
  const id = "tmux-swaysock"
  const { tmux } = facts
  if (Either.isLeft(tmux)) return skipped(id, "tmux was not checked", tmux.left)
  const stale = tmux.right.filter(each => each.stale)
  if (stale.length > 0) {
    return wrong(id, {
      what: `${plural([...new Set(namesOf(stale))])} stale in tmux`,
      why: `${reasons(stale)}; programs in new windows get this value`,
      // tmux outlives Sway: with the relay's path it need not be told again.
      remedy: safely(
        ...stale.map(each =>
          tmuxCommand(
            socketFor(facts, () => true),
            each,
          ),
        ),
      ),
    })
  }
  if (tmux.right.length > 0) return ok(id, `${plural([...new Set(namesOf(tmux.right))])} valid in tmux`)
  return ok(id, "SWAYSOCK is not set in tmux")
}

/** `manager-swaysock`: services that systemd starts find the compositor. */
export const managerSwaysock = (facts: Facts): Judged => {
  const id = "manager-swaysock"
  const { survey } = facts
  if (Either.isLeft(survey)) return skipped(id, "systemd's variables were not checked", survey.left)
  const sockets = survey.right.variables.filter(isSocket)
  const stale = staleIn(sockets)
  const live = liveIn(facts)
  const socket = socketFor(facts, ({ isForServices }) => isForServices) ?? ""
  if (stale.length > 0) {
    const names = namesOf(stale)
    return wrong(id, {
      what: `${plural(names)} stale in systemd`,
      why: `${reasons(stale)}; services get this value`,
      remedy:
        live === undefined
          ? safely(["systemctl", "--user", "unset-environment", ...names])
          : setInManager(
              facts,
              names.map(name => `${name}=${socket}`),
            ),
    })
  }
  if (sockets.length > 0) return ok(id, `${plural(namesOf(sockets))} valid in systemd`)
  if (live === undefined || swayIn(survey.right) === undefined) {
    return ok(id, "SWAYSOCK is not set in systemd, and no Sway is running")
  }
  return warning(id, {
    what: "SWAYSOCK is not set in systemd",
    why: "services cannot find Sway; i3pm session run sets it while Sway is running",
    remedy: byHand(setInManager(facts, [`SWAYSOCK=${socket}`]).text),
  })
}

/** `manager-display`: the same for the display variables, with which services open windows. */
export const managerDisplay = (facts: Facts): Judged => {
  const id = "manager-display"
  const { shell, survey } = facts
  if (Either.isLeft(survey)) return skipped(id, "systemd's variables were not checked", survey.left)
  const displays = survey.right.variables.filter(each => !isSocket(each))
  const stale = staleIn(displays)
  if (stale.length > 0) {
    const names = namesOf(stale)
    const valid = validElsewhere(
      names,
      Either.getOrElse(shell, () => []),
    )
    return warning(id, {
      what: `${plural(names)} stale in systemd`,
      why: `${reasons(stale)}; services get this value`,
      remedy:
        valid.length === names.length
          ? byHand(setInManager(facts, valid).text)
          : safely(["systemctl", "--user", "unset-environment", ...names]),
    })
  }
  return displays.length === 0
    ? ok(id, "no display is set in systemd")
    : ok(id, `${plural(namesOf(displays))} valid in systemd`)
}

/** `dbus-swaysock`: services that D-Bus starts find the compositor. dbus-broker lets systemd start them. */
export const dbusSwaysock = (facts: Facts): Judged => {
  const id = "dbus-swaysock"
  const { bus } = facts
  if (Either.isLeft(bus)) return skipped(id, "D-Bus was not checked", bus.left)
  if (bus.right === "dbus-daemon") {
    return skipped(id, "the variables of D-Bus cannot be read", "dbus-daemon has no method that returns them")
  }
  const manager = managerSwaysock(facts)
  const what = `dbus-broker uses systemd's variables: see ${manager.id}`
  return manager.status === "skipped" ? skipped(id, what, manager.why ?? "") : ok(id, what)
}
