#!/usr/bin/env node
/**
 * The entry. It answers `diagnose socket-health` itself in the common case, and loads one of the other bundles for everything
 * else: Node reads and compiles each file as a whole, so a small first file starts fast.
 */
import { setFlagsFromString } from "node:v8"
import * as Micro from "effect/Micro"
import { currentUid } from "../layers/system/currentUid.ts"
import { EX_SOFTWARE } from "../layers/system/exitStatus.ts"
import { REPLACEMENT } from "../layers/system/rawText.ts"
import { cleanup, daemon } from "./cli/catalogue/daemon.ts"
import { socketHealth } from "./cli/catalogue/diagnose.ts"
import { tree } from "./cli/catalogue/root.ts"
import { fastHealth, hasSettings } from "./cli/fastHealth.ts"
import { stdoutFailure } from "./cli/output/stdoutFailure.ts"
import type { Leaf } from "./cli/tree/define.ts"
import { requestOf } from "./cli/usage/request.ts"
import { version } from "./version.ts"

const args = process.argv.slice(2)

const loadTree = () => void import("./cli/cliEntry.ts")

const request = requestOf(tree, args)

/** True for this command if only options among `flags` were given. */
const isOnly = (leaf: Leaf, ...flags: ReadonlyArray<string>) =>
  request._tag === "Run" &&
  request.command.definition === leaf &&
  Object.entries(request.values).every(([key, value]) => value === false || value === undefined || flags.includes(key))

const print = (text: string, status: number) => {
  process.exitCode = status
  process.stdout.on("error", cause => {
    const { isClosed, message } = stdoutFailure(cause)
    if (isClosed) process.exit()
    process.stderr.write(`i3pm: ${message}\n`)
    process.exit(EX_SOFTWARE)
  })
  process.stdout.write(text)
}

const isPipe = process.stdout.isTTY !== true
const isPlainHealth = isOnly(socketHealth, "json") && (isPipe || args.includes("--json")) && !hasSettings(process.env)

if (args.some(arg => arg.includes(REPLACEMENT))) {
  // The arguments may have bytes that are not UTF-8. `cliEntry.ts` reads those (`rawProcess.ts`).
  loadTree()
} else if (isPlainHealth) {
  Micro.runFork(fastHealth(process.env["XDG_RUNTIME_DIR"], currentUid())).addObserver(exit => {
    if (exit._tag === "Failure") return loadTree()
    print(exit.value.text, exit.value.status)
  })
} else if (isOnly(daemon)) {
  // The daemon is idle for days, and optimized code would be a tenth of its memory. With forty times the usual budget V8
  // optimizes
  // only code that runs very often, such as accepting connections while a client connects in a loop.
  setFlagsFromString("--interrupt-budget=3000000")
  // New objects have room for 1 MB, and no more: a start makes it grow to 12, and that is given back only after minutes.
  setFlagsFromString("--semi-space-growth-factor=1")
  void import("./cli/daemonEntry.ts")
} else if (isOnly(cleanup, "dryRun", "json")) {
  void import("./cli/cleanupEntry.ts")
} else if (request._tag === "Version") {
  print(`${version}\n`, 0)
} else {
  loadTree()
}
