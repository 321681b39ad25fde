/** Checks of the compositor and of the socket files. Pure. */
import * as Either from "effect/Either"
import { compositorName, shownVersion } from "../../ipc/Version.ts"
import type { JudgedCandidate } from "../../sockets/Candidate.ts"
import { isCompositor, isHalted } from "../../system/ProcessTable.ts"
import { EDIT, shellLine } from "../../system/shellWords.ts"
import { byHand, type Judged, ok, type Remedy, skipped, warning, wrong } from "../Check.ts"
import { type Facts, liveIn } from "../Facts.ts"
import { REFUSED } from "./places.ts"

const processOf = ({ process }: JudgedCandidate) =>
  process !== undefined && isCompositor(process.name) ? process : undefined

const nameOf = (candidate: JudgedCandidate) => {
  const process = processOf(candidate)
  return process === undefined ? `the compositor at ${candidate.path}` : `${process.name} (pid ${process.pid})`
}

/** Continues a stopped compositor, or kills one that hangs; null if its process is not known. */
const wake = (candidate: JudgedCandidate): Remedy | null => {
  const process = processOf(candidate)
  if (process === undefined || process.state === "t") return null
  return isHalted(process) ? byHand(`kill -CONT ${process.pid}`) : byHand(`kill -KILL ${process.pid}`)
}

const isUnresponsive = ({ verdict }: JudgedCandidate) => verdict === "unresponsive"

/** Starts a compositor that is installed, or removes a setting that names a socket without one. */
const start = ({ tools }: Facts, candidates: ReadonlyArray<JudgedCandidate>): Remedy | null => {
  const origins = candidates.flatMap(candidate => candidate.origins)
  if (origins.includes("I3PM_SOCKET")) return byHand("unset I3PM_SOCKET")
  if (origins.includes("config")) {
    return byHand(
      `${shellLine(EDIT)} 's/^[[:space:]]*socket[[:space:]]*=/# &/' "\${XDG_CONFIG_HOME:-$HOME/.config}/i3pm/config.toml"`,
    )
  }
  if (tools.has("sway")) return byHand("sway")
  return tools.has("i3") ? byHand("startx /usr/bin/i3") : null
}

/** `compositor`: there is a live compositor. */
export const compositor = (facts: Facts): Judged => {
  const id = "compositor"
  if (Either.isLeft(facts.sockets)) return skipped(id, "the sockets were not checked", facts.sockets.left)
  const candidates = facts.sockets.right
  const live = liveIn(facts)
  if (live?.proof !== undefined) {
    const { name, version } = shownVersion(live.proof.version)
    const pid = live.compositorPid === undefined ? "" : ` (pid ${live.compositorPid})`
    return ok(id, `${name} ${version}${pid} answers at ${live.path}`)
  }
  const stuck = candidates.find(isUnresponsive)
  if (stuck !== undefined) {
    return wrong(id, { what: "no Sway or i3 answers", why: `${stuck.path}: ${stuck.reason}`, remedy: wake(stuck) })
  }
  if (!facts.runtimeDir.result.ok) return skipped(id, "no compositor was looked for", REFUSED)
  const best = candidates[0]
  const why = best === undefined ? "no socket was found" : `${best.path}: ${best.reason}`
  const isSet = candidates.some(({ origins }) => origins.includes("I3PM_SOCKET") || origins.includes("config"))
  const what = isSet ? "nobody answers at the socket that is set, and no other is tried" : "no Sway or i3 is running"
  return wrong(id, { what, why, remedy: start(facts, candidates) })
}

/** `compositor-answers`: each compositor with a listening socket answers; it is not stopped and does not hang. */
export const compositorAnswers = (facts: Facts): Judged => {
  const id = "compositor-answers"
  if (Either.isLeft(facts.sockets)) return skipped(id, "the sockets were not checked", facts.sockets.left)
  const stuck = facts.sockets.right.filter(isUnresponsive)
  const [first] = stuck
  if (first !== undefined) {
    return wrong(id, {
      what: `${nameOf(first)} does not answer`,
      why: stuck.map(({ path, reason }) => `${path}: ${reason}`).join("; "),
      remedy: wake(first),
    })
  }
  const live = facts.sockets.right.filter(({ verdict }) => verdict === "live").length
  return live === 0
    ? skipped(id, "no compositor was asked", "none is listening")
    : ok(id, live === 1 ? "the compositor answers" : `all ${live} compositors answer`)
}

/** `socket-files`: there are no orphaned sockets. */
export const socketFiles = ({ program, runtimeDir, sockets }: Facts): Judged => {
  const id = "socket-files"
  if (Either.isLeft(sockets)) return skipped(id, "the sockets were not checked", sockets.left)
  // Only sockets in the runtime directory are removed, not one that a variable names.
  if (!runtimeDir.result.ok) return skipped(id, "the sockets were not checked", REFUSED)
  const found = sockets.right.filter(({ origins }) => origins.some(origin => /_dir$/.test(origin)))
  const orphans = found.filter(({ verdict }) => verdict === "orphan")
  if (orphans.length === 0) return ok(id, "no orphaned socket")
  return warning(id, {
    what: `${orphans.length} orphaned socket${orphans.length === 1 ? "" : "s"}`,
    why: orphans
      .slice(0, 3)
      .map(({ path, reason }) => `${path}: ${reason}`)
      .join("; "),
    remedy: { text: `${program.text} cleanup`, safe: [[...program.command, "cleanup"]] },
  })
}

/** The oldest versions that i3pm is tested with. */
const tested = { sway: [1, 7], i3: [4, 22] } as const

/** `compositor-version`: one that i3pm is tested with, or a later one. */
export const compositorVersion = (facts: Facts): Judged => {
  const id = "compositor-version"
  const proof = liveIn(facts)?.proof
  if (proof === undefined) return skipped(id, "the version is not known", "no compositor answers")
  const { name, version } = shownVersion(proof.version)
  const [major, minor] = compositorName(proof.version) === "i3" ? tested.i3 : tested.sway
  const isOld = proof.version.major < major || (proof.version.major === major && proof.version.minor < minor)
  // Forks have version numbers of their own.
  if (!isOld || (name !== "sway" && name !== "i3")) return ok(id, `${name} ${version}`)
  const why = `i3pm is tested with ${name} ${major}.${minor} and later`
  return warning(id, { what: `${name} ${version} is old`, why, remedy: null })
}
