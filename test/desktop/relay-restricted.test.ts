/** Restricted sockets of the relay, reload, and `diagnose relay`, with real programs. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { RelayReport } from "../../src/layers/relay/RelayReport.ts"
import { relaySocketIn, restrictedSocketIn } from "../../src/layers/system/relayPaths.ts"
import { misfit } from "../../src/layers/system/shape.ts"
import { startSway } from "../support/Desktop.ts"
import { i3pm } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const kiosk = (...lines: ReadonlyArray<string>) => `[relay.sockets.kiosk]\n${lines.join("\n")}\n`

/** A sway with a relay before it, and a settings file that can be changed. */
const setUp = (toml: string) =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const home = yield* makeScratchDir
    mkdirSync(`${home}/i3pm`, { recursive: true })
    const configure = (text: string) => writeFileSync(`${home}/i3pm/config.toml`, text)
    configure(toml)
    const env = { XDG_CONFIG_HOME: home }
    const entry = yield* stageBundle
    const sway = yield* startSway({ runtimeDir })
    const relay = yield* spawnAs(process.execPath, [entry, "relay"], { runtimeDir, env, farewell: "SIGTERM" })
    const path = restrictedSocketIn(runtimeDir, "kiosk")
    const swaymsg = (...args: ReadonlyArray<string>) => runAs("swaymsg", ["-s", path, ...args], { runtimeDir })
    const said = (part: string) =>
      eventually(Effect.sync(relay.stderr.text), text => text.includes(part) || relay.isGone())
    const reload = (text: string) => {
      configure(text)
      return relay.kill("SIGHUP")
    }
    const report = runAs(process.execPath, [entry, "diagnose", "relay", "--json"], { runtimeDir, env })
    const warning = Effect.map(report, ({ stdout }): unknown => JSON.parse(stdout).warning)
    return { entry, env, path, relay, reload, runtimeDir, said, sway, swaymsg, warning }
  })

describeWith([...swayTools, "node"], "a restricted socket of the relay", () => {
  it.scopedLive("lets swaymsg read and switch, and never execute; a reload changes that for who is connected", () =>
    Effect.gen(function* () {
      const { path, relay, reload, runtimeDir, said, swaymsg, warning } = yield* setUp(
        kiosk('preset = "read-only"', 'commands = ["workspace number *"]'),
      )
      yield* said(`listens on ${path}`)
      const subscriber = yield* spawnAs("swaymsg", ["-s", path, "-m", "-t", "subscribe", '["workspace"]'], {
        runtimeDir,
      })
      assert.strictEqual((yield* swaymsg("-t", "get_tree")).code, 0)
      assert.strictEqual((yield* swaymsg("workspace", "number", "3")).code, 0)
      yield* eventually(Effect.sync(subscriber.stdout.text), text => text.includes('"name": "3"'))

      const witness = `${yield* makeScratchDir}/ran`
      for (const command of [`exec touch ${witness}`, `workspace number 4; exec touch ${witness}`, "exit"]) {
        const refused = yield* swaymsg("--", command)
        assert.strictEqual(refused.code, 2, command)
        assert.include(refused.stdout + refused.stderr, "i3pm: not allowed on this socket")
      }
      assert.strictEqual((yield* swaymsg("-t", "get_config")).code, 2)
      yield* said("refused: a request that is not listed: get_config")

      yield* reload(kiosk('commands = ["workspace num*"]'))
      yield* said("reload failed, keeping the old settings: relay.sockets.kiosk:")
      assert.strictEqual((yield* swaymsg("workspace", "number", "5")).code, 0, "the old settings hold")
      assert.include(yield* warning, "the last reload of the settings failed: relay.sockets.kiosk:")

      yield* reload(kiosk('events = ["workspace"]', 'requests = ["get_config"]'))
      yield* said("settings reloaded")
      assert.isNull(yield* warning)
      assert.strictEqual((yield* swaymsg("workspace", "number", "6")).code, 2)
      assert.strictEqual((yield* swaymsg("-t", "get_config")).code, 0)
      assert.isFalse(subscriber.isGone())
      assert.isFalse(relay.isGone())
      assert.isFalse(existsSync(witness))
    }),
  )

  it.scopedLive(
    "is wrong settings at the start, with the socket, the pattern, the file and why, and exit status 64",
    () =>
      Effect.gen(function* () {
        const { env, entry, runtimeDir } = yield* setUp("")
        mkdirSync(`${env.XDG_CONFIG_HOME}/other/i3pm`, { recursive: true })
        const other = { XDG_CONFIG_HOME: `${env.XDG_CONFIG_HOME}/other` }
        writeFileSync(`${other.XDG_CONFIG_HOME}/i3pm/config.toml`, kiosk('commands = ["exec $x"]'))
        const { code, stderr } = yield* i3pm(entry, ["relay"], { runtimeDir, env: other })
        assert.strictEqual(code, 64)
        for (const part of ["relay.sockets.kiosk", "exec $x", "config.toml"]) assert.include(stderr, part)
        const self = yield* i3pm(entry, ["relay", "--socket", relaySocketIn(runtimeDir)], { runtimeDir })
        assert.strictEqual(self.code, 64)
        assert.include(self.stderr, "is the relay's own")
      }),
  )
})

describeWith([...swayTools, "node", "ss"], "diagnose relay", () => {
  it.scopedLive("names the process of each client and what it does, and exits 1 without a relay", () =>
    Effect.gen(function* () {
      const { entry, path, relay, runtimeDir, said, sway } = yield* setUp(kiosk('preset = "read-only"'))
      yield* said(`listens on ${path}`)
      const subscriber = yield* spawnAs("swaymsg", ["-s", path, "-m", "-t", "subscribe", '["window","mode"]'], {
        runtimeDir,
      })
      const ask = i3pm(entry, ["diagnose", "relay", "--json"], { runtimeDir })
      const { code, stdout } = yield* eventually(ask, answer => answer.stdout.includes('"mode"'))
      assert.strictEqual(code, 0)
      const report: { readonly clients: ReadonlyArray<Record<string, unknown>> } = JSON.parse(stdout)
      assert.deepInclude(report.clients[0], { socket: "kiosk", pid: subscriber.pid, name: "swaymsg", refusals: 0 })
      const sent = RelayReport({ ...report, clients: [] })
      assert.deepInclude(sent === misfit ? {} : sent.compositor, { name: "sway", socket_path: sway.socketPath })

      const metrics = yield* i3pm(entry, ["diagnose", "relay", "--format", "openmetrics"], { runtimeDir })
      assert.match(metrics.stdout, /^i3pm_relay_clients\{socket="kiosk"\} 1$/m)

      yield* relay.kill("SIGTERM")
      yield* relay.exited
      const gone = yield* i3pm(entry, ["diagnose", "relay"], { runtimeDir })
      assert.strictEqual(gone.code, 1)
      assert.match(
        gone.stderr,
        /^i3pm: the relay is not running: .*; where i3pm-relay.socket listens, its first client starts it, else run: i3pm relay\n$/,
      )
      const noMetrics = yield* i3pm(entry, ["diagnose", "relay", "--format", "openmetrics"], { runtimeDir })
      assert.strictEqual(noMetrics.code, 1)
      assert.match(noMetrics.stdout, /^i3pm_relay_up 0$/m)
    }),
  )
})
