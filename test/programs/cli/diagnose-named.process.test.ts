/** `diagnose socket-health` of a socket that somebody has named, beside a daemon that watches that one or another. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"
import { notAbsolute } from "../../support/wording.ts"

/** A daemon on one compositor, and another compositor beside it. */
const setUp = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const entry = yield* stageBundle
  const simulate = Effect.gen(function* () {
    const running = yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
    yield* eventually(Effect.succeed(running), ({ stdout }) => stdout.text().includes(".sock\n"))
    return /\S+\.sock/.exec(running.stdout.text())?.[0] ?? ""
  })
  const watched = yield* simulate
  const other = yield* simulate
  yield* startDaemon(entry, { runtimeDir }, ["--socket", watched])
  yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
  return { runtimeDir, entry, watched, other }
})

describeWith(["setpriv", "node"], "a named socket", () => {
  it.scopedLive("is the daemon's to tell of where it watches that one, however it was named", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir, watched } = yield* setUp
      const scratch = yield* makeScratchDir
      const link = join(scratch, "link.sock")
      symlinkSync(watched, link)
      mkdirSync(join(scratch, "i3pm"))
      writeFileSync(join(scratch, "i3pm/config.toml"), `socket = "${watched}"\n`)
      const ways: ReadonlyArray<readonly [ReadonlyArray<string>, Record<string, string>]> = [
        [["--socket", watched], {}],
        [["--socket", link], {}],
        [[], { I3PM_SOCKET: watched }],
        [[], { XDG_CONFIG_HOME: scratch }],
      ]
      for (const [flags, env] of ways) {
        const ask = (name: string) =>
          i3pm(entry, ["diagnose", "socket-health", "--format", name, ...flags], { runtimeDir, env })
        const metrics = yield* ask("openmetrics")
        assert.match(metrics.stdout, /^i3pm_daemon_up 1$/m)
        assert.match(metrics.stdout, /^i3pm_probes_total [1-9]\d*$/m)
        assert.strictEqual(metrics.stderr, "")
        const json = yield* ask("json")
        assert.deepInclude(JSON.parse(json.stdout), { status: "healthy", source: "daemon" })
        const nagios = yield* ask("nagios")
        assert.match(nagios.stdout, /'uptime'=[\d.]+s;;;0 'reconnections'=\d+c;;;0\n$/)
      }
    }),
  )

  it.scopedLive("is said to be named by whoever has named it", () =>
    Effect.gen(function* () {
      const { entry, other, runtimeDir } = yield* setUp
      const scratch = yield* makeScratchDir
      mkdirSync(join(scratch, "i3pm"))
      writeFileSync(join(scratch, "i3pm/config.toml"), `socket = "${other}"\n`)
      const ways: ReadonlyArray<readonly [string, string, ReadonlyArray<string>, Record<string, string>]> = [
        ["flag", "named explicitly", ["--socket", other], { I3PM_SOCKET: "/nowhere" }],
        ["I3PM_SOCKET", "named by $I3PM_SOCKET", [], { I3PM_SOCKET: other, XDG_CONFIG_HOME: scratch }],
        ["config", "named by `socket` in config.toml", [], { XDG_CONFIG_HOME: scratch }],
      ]
      for (const [origin, words, flags, env] of ways) {
        const { stdout } = yield* i3pm(entry, ["diagnose", "sockets", "--json", ...flags], { runtimeDir, env })
        const { sockets } = JSON.parse(stdout)
        assert.lengthOf(sockets, 1)
        assert.deepInclude(sockets[0], {
          path: other,
          origins: [origin],
          reason: `answered GET_VERSION; used: ${words}`,
        })
      }
    }),
  )

  it.scopedLive("is refused where nobody could tell which file is meant, each with its reason", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const refused: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp, number]> = [
        [["socket", "--socket", ""], /^i3pm: socket in --socket must be the path of a socket, not ""\n$/, 64],
        [["daemon", "--socket", "a.sock"], new RegExp(`--socket ${notAbsolute}, not "a.sock"`), 64],
        [["diagnose", "sockets", "--socket", "~/a.sock"], /since i3pm does not expand ~, not "~\/a.sock"/, 64],
        [["msg", "-s", "", "nop"], /--socket must be the path of a socket/, 1],
      ]
      for (const [args, expected, status] of refused) {
        const { code, stderr } = yield* i3pm(entry, args, { runtimeDir })
        assert.strictEqual(code, status, stderr)
        assert.match(stderr, expected)
      }
    }),
  )

  it.scopedLive("is probed where the daemon watches another, and the daemon is up all the same", () =>
    Effect.gen(function* () {
      const { entry, other, runtimeDir } = yield* setUp
      const ask = (name: string) =>
        i3pm(entry, ["diagnose", "socket-health", "--format", name, "--socket", other], { runtimeDir })
      const json = yield* ask("json")
      assert.deepInclude(JSON.parse(json.stdout), { status: "healthy", source: "probe", socket_path: other })
      const metrics = yield* ask("openmetrics")
      assert.match(metrics.stdout, /^i3pm_daemon_up 1$/m)
      assert.notInclude(metrics.stdout, "_total")
      const document = yield* ask("health+json")
      assert.strictEqual(JSON.parse(document.stdout).checks["i3pm:daemon"][0].status, "pass")
      for (const { code, stderr } of [json, metrics, document]) {
        assert.strictEqual(code, 0)
        assert.strictEqual(stderr, "")
      }
    }),
  )

  it.scopedLive("is probed where no daemon runs, which is said, and what was not measured is not made up", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const ask = (name: string) =>
        i3pm(entry, ["diagnose", "socket-health", "--format", name, "--socket", `${runtimeDir}/none`], { runtimeDir })
      const metrics = yield* ask("openmetrics")
      assert.match(metrics.stdout, /^i3pm_daemon_up 0$/m)
      assert.match(metrics.stderr, /^i3pm: [^\n]*i3pm doctor says how to start it\)\n$/)
      const nagios = yield* ask("nagios")
      assert.match(nagios.stdout, / \| 'latency'=U 'uptime'=U 'reconnections'=U\n$/)
      assert.strictEqual(nagios.code, 2)
    }),
  )
})
