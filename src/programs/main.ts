#!/usr/bin/env node
/**
 * The entry. It reads the command line, answers frequent commands by itself (`cli/fast`), and loads one of the other bundles for
 * everything else. They are separate files, since Node reads and compiles a file as a whole, and start-up time matters.
 */
import { fstatSync } from "node:fs"
import { currentUid } from "../layers/system/currentUid.ts"
import { events, msg, socket } from "./cli/catalogue/connection.ts"
import { cleanup, daemon } from "./cli/catalogue/daemon.ts"
import { socketHealth, sockets, status } from "./cli/catalogue/diagnose.ts"
import { relayRun } from "./cli/catalogue/relay.ts"
import { tree } from "./cli/catalogue/root.ts"
import { sessionBind, sessionRun, sessionUnbind } from "./cli/catalogue/session.ts"
import { unitsInstall, unitsPrint, unitsUninstall } from "./cli/catalogue/units.ts"
import { enableCompileCache } from "./cli/compileCache.ts"
import { exitRulesOf } from "./cli/exitRulesOf.ts"
import type { Opened, Place } from "./cli/fast/Answer.ts"
import { fastAnswer, type Started, type Unanswered } from "./cli/fast/fast.ts"
import { give, say } from "./cli/fast/give.ts"
import type { Definition } from "./cli/tree/define.ts"
import { type Request, requestOf } from "./cli/usage/request.ts"
import { tooOld } from "./process/nodeVersion.ts"
import { rawArguments, rawVariables } from "./process/rawProcess.ts"

const request = requestOf(tree, rawArguments(process.argv).slice(2))

/** `node:tty` loads all of Node's streams and sockets. A pipe or a file is recognized without it. */
const isTerminal = async () => {
  try {
    return fstatSync(1).isCharacterDevice() && (await import("node:tty")).isatty(1)
  } catch {
    return false
  }
}

/** For the daemon and the relay, which start once a session and are idle for days: they should use little memory. */
const saveMemory = async () => {
  const { setFlagsFromString } = await import("node:v8")
  // Optimized code would be a tenth of the memory. With forty times the usual budget V8 optimizes only code that runs very often,
  // such as accepting connections while a client connects in a loop. The relay takes this back once it has started.
  setFlagsFromString("--interrupt-budget=3000000")
  // Code that V8 compiles without optimizing it would take 1.5 MB and save nothing: a tick runs once in five seconds, and what passes
  // frames on is optimized. That of a restart of the compositor would grow for hours, since its functions run a few times each.
  setFlagsFromString("--no-sparkplug")
  // Keeps V8's space for new objects at 1 MB. Otherwise the start makes it grow to 12 MB, which are freed only after minutes.
  setFlagsFromString("--semi-space-growth-factor=1")
}

const loadDaemon = async () => {
  await saveMemory()
  const { setFlagsFromString } = await import("node:v8")
  // V8 would collect garbage three times in the first 20 s, which takes as long as ten minutes of the daemon's work. So the daemon
  // does it once at its start, and then when the heap has grown (`process/quietGarbage.ts`).
  setFlagsFromString("--gc-memory-reducer-start-delay-ms=600000")
  return import("./cli/daemonEntry.ts")
}

const loadRelay = async () => {
  await saveMemory()
  return import("./cli/relayEntry.ts")
}

const connection = () => import("./cli/connectionEntry.ts")

const probe = () => import("./cli/probeEntry.ts")

const binding = () => import("./cli/bindingEntry.ts")

const units = () => import("./cli/unitsEntry.ts")

/** Loads a part of the program that runs commands, or goes on with what the fast path has opened. */
type Load = () => Promise<{ readonly run: (given: Request, opened?: Opened) => void }>

/**
 * The part that runs each command if the fast path (`fast.ts`) has given no answer. A command that is not listed runs in the command
 * tree (`cliEntry.ts`).
 */
const parts: ReadonlyMap<Definition, Load> = new Map<Definition, Load>([
  [daemon, loadDaemon],
  [relayRun, loadRelay],
  [cleanup, () => import("./cli/cleanupEntry.ts")],
  [events, connection],
  [msg, connection],
  [socket, probe],
  [socketHealth, probe],
  [sockets, probe],
  [status, probe],
  [sessionRun, () => import("./cli/sessionEntry.ts")],
  [sessionBind, binding],
  [sessionUnbind, binding],
  [unitsInstall, units],
  [unitsPrint, units],
  [unitsUninstall, units],
])

const loadPart = async (place: Place, from?: Started | Unanswered) => {
  const load = request._tag === "Run" ? parts.get(request.command.definition) : undefined
  // The compile cache would stay in memory.
  if (load !== loadDaemon && load !== loadRelay) await enableCompileCache(place)
  const { run } = await (load ?? (() => import("./cli/cliEntry.ts")))()
  run(request, from !== undefined && "opened" in from ? from.opened : undefined)
  // Only now: a signal that came while the part was loaded is its own.
  from?.release()
}

const main = async () => {
  const refusal = tooOld(process.versions.node, process.execPath)
  if (refusal !== undefined) {
    // The other parts use syntax that an old Node does not know.
    process.stderr.write(`i3pm: ${refusal}\n`)
    process.exitCode = 1
    return
  }
  const place = { variable: rawVariables(process.env), uid: currentUid(), isTerminal: await isTerminal() }
  const answer = await fastAnswer(request, place)
  const { failure } = exitRulesOf(request)
  if (answer !== undefined && "stdout" in answer) return give(answer, place, failure)
  if (answer !== undefined && "begun" in answer) say(answer, place, failure)
  return loadPart(place, answer)
}

void main()
