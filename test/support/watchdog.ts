/**
 * Ends a test process whose event loop does not turn any more: an endless loop in a test or in what it tests. Neither a
 * test's time limit nor vitest itself can end that, since both need the loop. A thread of its own can.
 *
 * It also ends one whose vitest was killed: it would report that it cannot report, for ever.
 */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { afterEach, beforeEach } from "vitest"

/** Seconds without a sign of life: far more than anything here blocks the loop, on a busy machine too. */
const PATIENCE = 60

/** Counts its own seconds, so that a machine that was asleep is not mistaken for a loop that hangs. */
const source = `
const { parentPort, workerData } = require("node:worker_threads")
const { writeSync } = require("node:fs")
let silent = 0
let test = "no test"
parentPort.on("message", message => {
  silent = 0
  test = message ?? test
})
setInterval(() => {
  silent += 1
  if (silent < workerData) return
  writeSync(2, "\\nwatchdog: the event loop has not turned for " + silent + " s, in: " + test + "\\n")
  process.kill(process.pid, "SIGKILL")
}, 1000)
`

const start = async (): Promise<Worker> => {
  const worker = new Worker(source, { eval: true, workerData: PATIENCE })
  // Its descriptors are open before any test counts them.
  await once(worker, "online")
  worker.unref()
  setInterval(() => worker.postMessage(undefined), 1000).unref()
  return worker
}

/** One for each process: without isolation many files share one, and this is run for each of them. */
const place = Symbol.for("i3pm: the watchdog of this test process")
const there: unknown = Reflect.get(globalThis, place)
if (there === undefined) process.once("disconnect", () => process.kill(process.pid, "SIGKILL"))
const watcher = there instanceof Worker ? there : await start()
Reflect.set(globalThis, place, watcher)

beforeEach(({ task }) => {
  const names: Array<string> = []
  for (let each: { readonly name: string; readonly suite?: { readonly name: string } } | undefined = task; each; ) {
    names.unshift(each.name)
    each = each.suite
  }
  watcher.postMessage([task.file.name, ...names].join(" > "))
})

afterEach(() => watcher.postMessage("after a test"))
