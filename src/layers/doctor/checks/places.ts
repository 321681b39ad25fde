/** Checks of the directories that i3pm needs, and of their permissions. Pure. */
import { shellWord } from "../../system/shellWords.ts"
import { byHand, type Judged, ok, type Remedy, skipped, warning, wrong } from "../Check.ts"
import type { Facts, PlaceFacts, RuntimeDirFacts } from "../Facts.ts"

/** Why nothing in the runtime directory was checked. */
export const REFUSED = "the runtime directory cannot be used: see runtime-dir"

const useOther = ({ other }: RuntimeDirFacts, or: string): Remedy =>
  byHand(other === undefined ? or : `export XDG_RUNTIME_DIR=${shellWord(other)}`)

const remedyOf = (facts: RuntimeDirFacts): Remedy => {
  const { result } = facts
  if (result.ok) return byHand()
  const path = shellWord(result.path)
  switch (result.reason) {
    case "WritableByOthers":
      return ((result.mode ?? 0) & 0o1000) === 0
        ? byHand(`chmod 0700 ${path}`)
        : useOther(facts, "unset XDG_RUNTIME_DIR")
    case "NotFound":
      return useOther(facts, `mkdir -m 0700 ${path}`)
    default:
      return useOther(facts, "unset XDG_RUNTIME_DIR")
  }
}

/** `runtime-dir`: the directory of the sockets belongs to this user, and other users cannot write there. */
export const runtimeDir = ({ runtimeDir: facts, uid }: Facts): Judged => {
  const id = "runtime-dir"
  const { configured, result } = facts
  if (!result.ok) {
    const what = `the runtime directory ${result.path} cannot be used`
    return wrong(id, { what, why: result.message, remedy: remedyOf(facts) })
  }
  if (configured !== undefined) return ok(id, `${result.path} belongs to uid ${uid}, and no other user can write to it`)
  return warning(id, {
    what: "XDG_RUNTIME_DIR is not set",
    why: `i3pm uses ${result.path}; systemctl and Sway need the variable`,
    remedy: byHand(`export XDG_RUNTIME_DIR=${shellWord(result.path)}`),
  })
}

const gapWords: Readonly<Record<PlaceFacts["gap"], string>> = {
  none: "is right",
  absent: "does not exist",
  notDirectory: "is not a directory",
  owner: "belongs to another user",
  mode: "has the wrong permissions",
  readOnly: "is on a file system that cannot be written",
  unknown: "cannot be checked",
}

const saysOf = ({ gap, owner, path }: PlaceFacts) =>
  `${path} ${gapWords[gap]}${gap === "owner" && owner !== undefined ? ` (uid ${owner})` : ""}`

/** `control-dir`: the daemon's own directory has the owner and mode that it needs. */
export const controlDir = ({ runtimeDir: { control, result } }: Facts): Judged => {
  const id = "control-dir"
  if (!result.ok) return skipped(id, "the daemon's directory was not checked", REFUSED)
  const path = shellWord(control.path)
  switch (control.gap) {
    case "none":
    case "absent":
      return ok(id, control.gap === "none" ? `${control.path} is private` : "not there yet: the daemon makes it")
    case "mode":
      return wrong(id, {
        what: saysOf(control),
        why: "other users could connect to the daemon",
        remedy: byHand(`chmod 0700 ${path}`),
      })
    default:
      return wrong(id, {
        what: saysOf(control),
        why: "the daemon needs this path for its directory",
        remedy: byHand(`mv ${path} ${path}.moved`),
      })
  }
}

const makeWritable = ({ gap, path }: PlaceFacts, uid: number): Remedy | null => {
  const word = shellWord(path)
  if (gap === "mode") return byHand(`chmod u+rwx ${word}`)
  if (gap === "owner") return byHand(`sudo chown ${uid} ${word}`)
  return gap === "notDirectory" ? byHand(`mv ${word} ${word}.moved`) : null
}

const isBelow = (path: string, directory: string) =>
  path !== directory && path.startsWith(directory === "/" ? "/" : `${directory}/`)

const useRegistered = (uid: number) => byHand(`export HOME="$(getent passwd ${uid} | cut -d: -f6)"`)

/** Only what is this user's by its place is moved or given to him: never `/`, `/home` or `/root`, which a wrong variable leads to. */
const remedyForHome = (bad: PlaceFacts, variable: string, { home: facts, uid }: Facts): Remedy | null => {
  const { home = "", registered } = facts
  if (bad.gap === "mode" || (home !== "/" && isBelow(bad.path, home))) return makeWritable(bad, uid)
  if (bad.path !== home && !isBelow(home, bad.path)) return byHand(`unset ${variable}`)
  if (registered !== undefined && registered !== home) return useRegistered(uid)
  if (home === "/") return null
  if (bad.path !== home) return byHand(`sudo install -d -m 0700 -o ${uid} ${shellWord(home)}`)
  return registered === undefined ? null : makeWritable(bad, uid)
}

const saysOfHome = (bad: PlaceFacts, home: string) => {
  if (isBelow(home, bad.path) && bad.gap !== "unknown") return `the home directory ${home} does not exist`
  return bad.gap === "mode" ? `${bad.path} cannot be written` : saysOf(bad)
}

/** `home`: the directories for configuration and state can be written. */
export const home = (facts: Facts): Judged => {
  const id = "home"
  const { home: path, places } = facts.home
  if (path === undefined) {
    return wrong(id, {
      what: "HOME is not set to an absolute path",
      why: "i3pm's units and settings are below it",
      remedy: useRegistered(facts.uid),
    })
  }
  const bad = places.find(({ gap }) => gap !== "none")
  if (bad === undefined) return ok(id, "the directories for configuration and state can be written")
  return wrong(id, {
    what: saysOfHome(bad, path),
    why: "units install, session install and session bind write there",
    remedy: remedyForHome(bad, bad === places[0] ? "XDG_CONFIG_HOME" : "XDG_STATE_HOME", facts),
  })
}
