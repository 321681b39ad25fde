/** `diagnose socket-health` and `diagnose status` as a person, a pipe and a script read them. */

import { rmSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { misfit } from "../../../src/layers/system/shape.ts"
import { DaemonStatus } from "../../../src/programs/cli/daemonAnswers.ts"
import { formatNames } from "../../../src/programs/cli/formats/names.ts"
import { ask, health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { runAs, spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"
import { noDaemonHint } from "../../support/wording.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

/** With an embedded compositor, once it is healthy. */
const setUpHealthy = Effect.gen(function* () {
  const { entry, runtimeDir } = yield* setUp
  const daemon = yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
  yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
  return { entry, runtimeDir, daemon }
})

const hint = noDaemonHint

describeWith(["setpriv", "node"], "diagnose socket-health", () => {
  it.scopedLive("says in one line on stderr that no daemon runs, in every format, and nothing of it on stdout", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      for (const name of formatNames) {
        const { code, stderr, stdout } = yield* i3pm(entry, ["diagnose", "socket-health", "--format", name], {
          runtimeDir,
        })
        assert.match(stderr, hint)
        assert.isNotEmpty(stdout)
        assert.notInclude(stdout, "daemon is not running")
        assert.strictEqual(code, 2, name)
      }
    }),
  )

  it.scopedLive("prints the same for --json and --format json, with a daemon and into a pipe", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const keys = (stdout: string) => Object.keys(JSON.parse(stdout))
      const plain = yield* i3pm(entry, ["diagnose", "socket-health"], { runtimeDir })
      for (const flags of [["--json"], ["--format", "json"], ["--json", "--format", "json"]]) {
        const { code, stderr, stdout } = yield* i3pm(entry, ["diagnose", "socket-health", ...flags], { runtimeDir })
        assert.deepStrictEqual(keys(stdout), keys(plain.stdout))
        assert.strictEqual(stdout.split("\n").length, plain.stdout.split("\n").length)
        assert.strictEqual(stderr, "")
        assert.strictEqual(code, 0)
      }
      const both = yield* i3pm(entry, ["diagnose", "socket-health", "--json", "--format", "eww"], { runtimeDir })
      assert.strictEqual(both.code, 64)
      assert.include(both.stderr, "--json and --format eww exclude each other")
    }),
  )

  it.scopedLive("is a plugin for nagios: UNKNOWN and 3 where nobody could tell", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const args = ["diagnose", "socket-health", "--format", "nagios"]
      const good = yield* i3pm(entry, args, { runtimeDir })
      assert.match(good.stdout, /^I3PM OK: healthy: sway .* \| 'latency'=[\d.]+ms;;;0 .*\n$/)
      assert.strictEqual(good.code, 0)
      for (const env of [{ XDG_RUNTIME_DIR: `${runtimeDir}/none` }, { I3PM_PROBE_DEADLINE: "never" }]) {
        const bad = yield* i3pm(entry, args, { runtimeDir, env })
        assert.match(bad.stdout, /^I3PM UNKNOWN: [^|\n]+\n$/)
        assert.strictEqual(bad.code, 3)
      }
    }),
  )

  it.scopedLive("has the daemon's counters in its metrics", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const { stdout } = yield* i3pm(entry, ["diagnose", "socket-health", "--format", "openmetrics"], { runtimeDir })
      assert.match(stdout, /^i3pm_daemon_up 1$/m)
      assert.match(stdout, /^i3pm_probes_total [1-9]\d*$/m)
    }),
  )

  it.scopedLive("answers in spite of a daemon that dies in the middle", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const path = controlSocketPathIn(runtimeDir)
      rmSync(path)
      // Takes the question and goes.
      const dying = yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>(resume => {
          const server = createServer(client => client.once("data", () => client.destroy()))
          server.listen({ path, writableAll: true }, () => resume(Effect.succeed(server)))
        }),
        server => Effect.async<void>(resume => void server.close(() => resume(Effect.void))),
      )
      assert.isTrue(dying.listening && statSync(path).isSocket())
      for (const name of ["table", "json", "nagios", "openmetrics"]) {
        const finished = yield* i3pm(entry, ["diagnose", "socket-health", "--format", name], { runtimeDir })
        assert.match(finished.stderr, /^i3pm: the daemon closed the connection .*; probed directly instead\n$/)
        assert.include(finished.stdout, "healthy")
        assert.strictEqual(finished.code, 0)
      }
    }),
  )
})

describeWith(["setpriv", "node", "script"], "on a terminal", () => {
  /** What a terminal of 40 columns gets, without its carriage returns. */
  const onTerminal = (runtimeDir: string, command: string, env: Record<string, string> = {}) =>
    Effect.map(runAs("script", ["-qec", `stty cols 40; ${command}`, "/dev/null"], { runtimeDir, env }), ({ stdout }) =>
      stdout.replaceAll("\r", ""),
    )

  it.scopedLive("fits 40 columns, with colour, and without under NO_COLOR or on a dumb one", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const command = (name: string) => `${process.execPath} ${entry} diagnose ${name}`
      const coloured = yield* onTerminal(runtimeDir, command("socket-health"))
      assert.include(coloured, "status         \u001b[32mhealthy\u001b[0m\n")
      for (const name of ["socket-health", "status"]) {
        assert.notInclude(yield* onTerminal(runtimeDir, command(name), { TERM: "dumb" }), "\u001b")
        const text = yield* onTerminal(runtimeDir, command(name), { NO_COLOR: "1" })
        assert.notInclude(text, "\u001b")
        assert.include(text, "healthy")
        for (const line of text.split("\n")) {
          // A path is not parted.
          assert.isTrue(line.length <= 40 || /^\w* +\/\S+$/.test(line), line)
        }
      }
    }),
  )
})

describeWith(["setpriv", "node"], "diagnose status", () => {
  it.scopedLive("says in one line that no daemon runs and how to start it, and exits 1", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      for (const flags of [[], ["--json"]]) {
        const { code, stderr, stdout } = yield* i3pm(entry, ["diagnose", "status", ...flags], { runtimeDir })
        assert.match(stderr, /^i3pm: [^\n]*i3pm doctor says how to start it\n$/)
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 1)
      }
    }),
  )

  it.scopedLive("tells what the daemon has seen: a compositor that went and came", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const startSimulate = Effect.gen(function* () {
        const simulate = yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
        yield* eventually(Effect.succeed(simulate), ({ stdout }) => stdout.text().includes(".sock\n"))
        return simulate
      })
      const first = yield* startSimulate
      yield* startDaemon(entry, { runtimeDir })
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      yield* first.kill("SIGKILL")
      yield* eventually(health(runtimeDir), ({ status }) => status === "disconnected")
      yield* startSimulate
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      const status = yield* eventually(
        Effect.map(ask(runtimeDir, '{"jsonrpc":"2.0","method":"get_status","id":1}'), text => {
          const answer = DaemonStatus(JSON.parse(text).result)
          return answer === misfit ? assert.fail(text) : answer
        }),
        ({ counters, transitions }) => counters.removed_orphans === 1 && transitions.at(-1)?.to === "healthy",
      )
      assert.strictEqual(status.counters.reconnections, 1)
      assert.isAtLeast(status.counters.probes, 1)
      // Stale, for a moment, is a socket that is there and whose compositor has not answered yet.
      assert.match(
        status.transitions.map(({ from, to }) => `${from}-${to}`).join(),
        /^disconnected-(stale,stale-)?healthy,healthy-stale,stale-disconnected,disconnected-(stale,stale-)?healthy$/,
      )
      assert.isAbove(status.seconds_in_state.healthy, 0)
      const shown = yield* i3pm(entry, ["diagnose", "status"], { runtimeDir })
      assert.strictEqual(JSON.parse(shown.stdout).counters.removed_orphans, 1)
      assert.strictEqual(shown.code, 0)
    }),
  )
})
