#!/usr/bin/env node
/**
 * The entry. It answers `diagnose socket-health` itself in the common case, and loads one of the other bundles for everything
 * else: Node reads and compiles a file as a whole, and start-up time is a feature.
 */
import { setFlagsFromString } from "node:v8"
import * as Micro from "effect/Micro"
import { currentUid } from "../layers/system/currentUid.ts"
import { EX_SOFTWARE } from "../layers/system/exitStatus.ts"
import { fastHealth, hasSettings, isPlain } from "./cli/fastHealth.ts"
import { stdoutFailure } from "./cli/output/stdoutFailure.ts"

const args = process.argv.slice(2)

const loadTree = () => void import("./cli/cliEntry.ts")

if (isPlain(args, process.stdout.isTTY === true) && !hasSettings(process.env)) {
  Micro.runFork(fastHealth(process.env["XDG_RUNTIME_DIR"], currentUid())).addObserver(exit => {
    if (exit._tag === "Failure") return loadTree()
    process.exitCode = exit.value.status
    process.stdout.on("error", cause => {
      const { isClosed, message } = stdoutFailure(cause)
      if (isClosed) process.exit()
      process.stderr.write(`i3pm: ${message}\n`)
      process.exit(EX_SOFTWARE)
    })
    process.stdout.write(exit.value.text)
  })
} else if (args.length === 1 && args[0] === "daemon") {
  // The daemon idles for days, and optimized code would be a tenth of its memory. With forty times the usual budget V8 only
  // compiles what runs hot, such as accepting connections while a client connects in a loop.
  setFlagsFromString("--interrupt-budget=3000000")
  void import("./daemon/daemonEntry.ts")
} else if (
  args[0] === "cleanup" &&
  args.slice(1).every(arg => arg === "--dry-run" || arg === "--json") &&
  new Set(args).size === args.length
) {
  void import("./cli/cleanupEntry.ts")
} else {
  loadTree()
}
