/** `diagnose socket-health --watch` as a bar, a script and a person on a terminal have it. */

import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, health, i3pm, startDaemon } from "../../../support/daemon.ts"
import { describeWith } from "../../../support/needs.ts"
import { spawnAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../../support/TestUser.ts"
import { eventually } from "../../../support/waiting.ts"
import { howToStart, noDaemonHint, notInTime, socketOfDaemon } from "../../../support/wording.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

const healthy = (runtimeDir: string) => eventually(health(runtimeDir), ({ status }) => status === "healthy")

const statuses = (text: string): ReadonlyArray<string> =>
  text
    .trim()
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line).status)

/** Starts `--watch` into a pipe. `seen` waits until the statuses that it printed, joined by commas, match. */
const startWatch = (entry: string, runtimeDir: string) =>
  spawnAs(process.execPath, [entry, "diagnose", "socket-health", "--watch"], { runtimeDir }).pipe(
    Effect.map(watch => ({
      watch,
      seen: (expected: RegExp) =>
        eventually(
          Effect.sync(() => statuses(watch.stdout.text()).join()),
          found => expected.test(found),
        ),
    })),
  )

describeWith(["setpriv", "node"], "--watch into a pipe", () => {
  it.scopedLive("tells the present state at once, each change, and that the daemon is down and back", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { seen, watch } = yield* startWatch(entry, runtimeDir)
      yield* seen(/^down$/)
      yield* eventually(Effect.sync(watch.stderr.text), text => noDaemonHint.test(text))
      const first = yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      // A quick watcher sees the daemon before it answers, which is another kind of down, and before it has found its compositor.
      yield* seen(/^down(,down)*,(disconnected,)?healthy$/)
      yield* first.kill("SIGKILL")
      yield* seen(/healthy,down(,down)*$/)
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      yield* seen(/healthy,down(,down)*,(disconnected,)?healthy$/)
      const lines = watch.stdout.text()
      // Ten probes later there is nothing new to tell.
      for (let probe = 0; probe < 10; probe += 1) yield* health(runtimeDir)
      assert.strictEqual(watch.stdout.text(), lines)
      assert.strictEqual(watch.stderr.text().trim().split("\n").length, 1, "said once")
      yield* watch.kill("SIGINT")
      assert.strictEqual((yield* watch.finished).code, 0)
    }),
  )

  it.scopedLive("ends quietly as soon as its reader goes away, although nothing changes", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const script = '{ "$1" "$2" diagnose socket-health --watch --format eww; echo "status $?" >&2; } | head -n 1'
      const watch = yield* spawnAs("/bin/sh", ["-c", script, "sh", process.execPath, entry], { runtimeDir })
      const { stderr, stdout } = yield* watch.finished
      assert.include(stdout, '"status":"down"')
      assert.include(stderr, "status 0")
      assert.notInclude(stderr, "EPIPE")
    }),
  )

  it.scopedLive("ends as soon as the other end of a socket has gone, too", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const script = `
        const watch = require("node:child_process").spawn(process.execPath, process.argv.slice(1), {
          stdio: ["ignore", "pipe", "ignore"],
        })
        watch.stdout.once("data", () => watch.stdout.destroy())
        watch.on("exit", (code, signal) => console.log(code, signal))`
      const args = ["-e", script, entry, "diagnose", "socket-health", "--watch"]
      const reader = yield* spawnAs(process.execPath, args, { runtimeDir })
      assert.strictEqual((yield* reader.finished).stdout, "0 null\n")
    }),
  )

  it.scopedLive("says down while the daemon hangs, and comes back with it", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const daemon = yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      yield* healthy(runtimeDir)
      yield* daemon.kill("SIGSTOP")
      const { seen, watch } = yield* startWatch(entry, runtimeDir)
      yield* seen(/^down$/)
      assert.include(watch.stdout.text(), notInTime)
      yield* daemon.kill("SIGCONT")
      // Its own probe was overdue while it was stopped.
      yield* seen(/^down,(down,)*(stale,)?healthy$/)
      assert.notInclude(watch.stderr.text(), howToStart, "it runs")
    }),
  )

  it.scopedLive("keeps a file current, with the hint on stderr once", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const file = `${runtimeDir}/i3pm.prom`
      const args = [entry, "diagnose", "socket-health", "--watch", "--format", "openmetrics", "--output", file]
      const watch = yield* spawnAs(process.execPath, args, { runtimeDir })
      yield* eventually(Effect.sync(watch.stderr.text), text => /i3pm doctor says how to start it\)\n$/.test(text))
      assert.include(readFileSync(file, "utf8"), "i3pm_daemon_up 0")
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      const written = Effect.sync(() => readFileSync(file, "utf8"))
      yield* eventually(written, text => /^i3pm_probes_total \d/m.test(text))
      assert.strictEqual(watch.stderr.text().trim().split("\n").length, 1, "said once")
      yield* watch.kill("SIGINT")
      assert.strictEqual((yield* watch.finished).stdout, "")
    }),
  )

  it.scopedLive("has the counters in its openmetrics", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      const args = [entry, "diagnose", "socket-health", "--watch", "--format", "openmetrics"]
      const watch = yield* spawnAs(process.execPath, args, { runtimeDir })
      const text = yield* eventually(Effect.sync(watch.stdout.text), each => /^i3pm_probes_total \d/m.test(each))
      for (const counter of ["probe_failures", "reconnections"])
        assert.match(text, new RegExp(`^i3pm_${counter}_total 0$`, "m"))
    }),
  )

  it.scopedLive("leaves no connection behind at the daemon", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      const clients = Effect.map(
        ask(runtimeDir, '{"jsonrpc":"2.0","method":"get_status","id":1}'),
        (text): number => JSON.parse(text).result.clients,
      )
      const watch = yield* spawnAs(process.execPath, [entry, "diagnose", "socket-health", "--watch"], { runtimeDir })
      yield* eventually(clients, count => count === 2)
      yield* watch.kill("SIGTERM")
      assert.strictEqual((yield* watch.finished).code, 0)
      yield* eventually(clients, count => count === 1)
    }),
  )

  it.scopedLive("refuses --socket, since the daemon has its own", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { code, stderr } = yield* i3pm(entry, ["diagnose", "socket-health", "--watch", "--socket", "/x"], {
        runtimeDir,
      })
      assert.strictEqual(code, 64)
      assert.include(stderr, socketOfDaemon)
    }),
  )
})

/** What xterm calls the alternate screen: entered, then left. */
const ENTER = "\x1b[?1049h"
const LEAVE = "\x1b[?1049l"

describeWith(["setpriv", "node", "script"], "--watch on a terminal", () => {
  for (const [columns, noColour] of [
    [80, undefined],
    [40, "1"],
  ] as const) {
    it.scopedLive(`is a live view of ${columns} columns, and leaves the terminal as it found it`, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        const command = `stty cols ${columns} rows 20; echo $$ > ${runtimeDir}/pid; exec "${process.execPath}" "${entry}" diagnose socket-health --watch`
        const terminal = yield* spawnAs("script", ["-qec", command, "/dev/null"], {
          runtimeDir,
          env: { TERM: "xterm", SHELL: "/bin/sh", NO_COLOR: noColour },
        })
        yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
        yield* healthy(runtimeDir)
        const text = yield* eventually(Effect.sync(terminal.stdout.text), shown => shown.includes("● healthy"))
        assert.isTrue(text.startsWith(ENTER))
        assert.strictEqual(text.includes("\x1b[1;32m"), noColour === undefined)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is control sequences that are taken out
        for (const line of text.replaceAll(/\x1b\[[?0-9;]*[A-Za-z]/g, "").split("\r\n")) {
          assert.isAtMost([...line].length, columns)
        }
        process.kill(Number(readFileSync(`${runtimeDir}/pid`, "utf8")), "SIGINT")
        assert.strictEqual((yield* terminal.finished).code, 0)
        assert.match(terminal.stdout.text(), new RegExp(`${LEAVE.replaceAll(/[[?]/g, "\\$&")}$`))
      }),
    )
  }
})

describeWith(["setpriv", "node"], "events into a pipe", () => {
  it.scopedLive("ends as soon as its reader goes away, although nothing happens", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      yield* healthy(runtimeDir)
      const script = '{ "$1" "$2" events tick; echo "status $?" >&2; } | head -n 1'
      const events = yield* spawnAs("/bin/sh", ["-c", script, "sh", process.execPath, entry], { runtimeDir })
      const { stderr, stdout } = yield* events.finished
      assert.include(stdout, '"tick"')
      assert.strictEqual(stderr, "status 0\n")
    }),
  )
})
