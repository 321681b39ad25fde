/** What the entry answers by itself is what the command tree answers: the same bytes on stdout and stderr, the same exit status. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { byTree } from "../../support/byTree.ts"
import { health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { type SpawnOptions, spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

/** What a second measurement has otherwise: times, and counts of what has happened meanwhile. */
const steady = (text: string) =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z+-][\w:]*/g, "TIME")
    .replaceAll(
      /("(?:latency_ms|uptime_seconds|healthy|stale|disconnected|probes|probe_failures|clients)": ?)[\d.]+/g,
      "$1N",
    )
    .replaceAll(/("(?:p50|p90|p99|max|samples|lasted_seconds|observedValue)": ?)[\d.]+/g, "$1N")
    .replaceAll(/(latency(?:'=|: ))[\d.]+/g, "$1N")
    .replaceAll(/(uptime(?:'=|: ))[\d.]+( s|s)?/g, "$1N")
    .replaceAll(/answered in [\d.]+ ms/g, "answered in N ms")
    .replaceAll(/^(i3pm_\S+(?:\{[^}]*\})?) [\d.e-]+$/gm, "$1 N")

const same = (entry: string, args: ReadonlyArray<string>, options: SpawnOptions) =>
  Effect.gen(function* () {
    const expected = yield* byTree(entry, args, options)
    const given = yield* i3pm(entry, args, options)
    const what = `${JSON.stringify(options.env ?? {})} i3pm ${args.join(" ")}`
    assert.strictEqual(given.stderr, expected.stderr, what)
    assert.strictEqual(steady(given.stdout), steady(expected.stdout), what)
    assert.strictEqual(given.code, expected.code, what)
    return given
  })

const startSimulate = (entry: string, runtimeDir: string) =>
  Effect.gen(function* () {
    const running = yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
    return { ...running, path: yield* Effect.orDie(running.stdout.lines.take) }
  })

const ask = ["diagnose", "socket-health"]

const configWith = (text: string) =>
  Effect.map(makeScratchDir, directory => {
    mkdirSync(join(directory, "i3pm"))
    writeFileSync(join(directory, "i3pm/config.toml"), text)
    return directory
  })

describeWith(["setpriv", "node"], "the entry's own answer", () => {
  it.scopedLive(
    "is the tree's with a daemon, healthy and stale, whatever names a socket",
    () =>
      Effect.gen(function* () {
        const entry = yield* stageBundle
        const runtimeDir = yield* makeRuntimeDir
        const compositor = yield* startSimulate(entry, runtimeDir)
        yield* startDaemon(entry, { runtimeDir })
        yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        const formats = ["json", "waybar", "i3bar", "eww", "polybar", "nagios", "openmetrics", "health+json"]
        for (const format of formats) yield* same(entry, [...ask, "--format", format], { runtimeDir })
        yield* same(entry, ["diagnose", "status"], { runtimeDir })
        yield* same(entry, ["diagnose", "sockets"], { runtimeDir })
        const env = {
          XDG_CONFIG_HOME: yield* configWith(`socket = ${JSON.stringify(compositor.path)}\n`),
          SWAYSOCK: `${runtimeDir}/sway-ipc.1.99999999.sock`,
        }
        for (const options of [{ runtimeDir }, { runtimeDir, env }]) {
          for (const args of [
            ["socket"],
            ["socket", "--json"],
            ["msg", "-t", "get_outputs"],
            ["msg", "-r", "nonsense"],
          ]) {
            yield* same(entry, args, options)
          }
        }
        yield* same(entry, ["cleanup"], { runtimeDir })
        yield* same(entry, ["cleanup", "--dry-run"], { runtimeDir })
        yield* compositor.kill("SIGSTOP")
        yield* eventually(health(runtimeDir), ({ status }) => status === "stale")
        assert.strictEqual((yield* same(entry, [...ask, "--format", "nagios"], { runtimeDir })).code, 1)
      }),
    60_000,
  )

  it.scopedLive(
    "is the tree's without a daemon, with wrong settings, and where the usage is wrong",
    () =>
      Effect.gen(function* () {
        const entry = yield* stageBundle
        const runtimeDir = yield* makeRuntimeDir
        for (const args of [["socket"], ["msg", "-q", "nop"], ["--version"], ["msg", "--help"], ["msg", "-t", "odd"]]) {
          yield* same(entry, args, { runtimeDir })
        }
        const wrong = [{ I3PM_PROBE_DEADLINE: "never" }, { XDG_CONFIG_HOME: yield* configWith("socket = ") }]
        for (const env of wrong) {
          assert.strictEqual((yield* same(entry, ["socket"], { runtimeDir, env })).code, 64)
          assert.strictEqual((yield* same(entry, [...ask, "--format", "nagios"], { runtimeDir, env })).code, 3)
        }
      }),
    60_000,
  )

  it.scopedLive(
    "is of the sway that $SWAYSOCK names while that one lives, else of the daemon's",
    () =>
      Effect.gen(function* () {
        const entry = yield* stageBundle
        const runtimeDir = yield* makeRuntimeDir
        const outer = yield* startSimulate(entry, runtimeDir)
        yield* startDaemon(entry, { runtimeDir })
        yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        const nested = yield* startSimulate(entry, runtimeDir)
        const pathWith = (env: Record<string, string>) =>
          Effect.map(same(entry, ["socket"], { runtimeDir, env }), ({ stdout }) => stdout.trim())
        assert.strictEqual(yield* pathWith({}), outer.path)
        assert.strictEqual(yield* pathWith({ SWAYSOCK: `${runtimeDir}/i3pm/relay.sock` }), outer.path)
        assert.strictEqual(yield* pathWith({ SWAYSOCK: nested.path, I3SOCK: nested.path }), nested.path)
        assert.strictEqual(yield* pathWith({ I3SOCK: nested.path }), nested.path)
        yield* nested.kill("SIGKILL")
        yield* nested.exited
        assert.strictEqual(yield* pathWith({ SWAYSOCK: nested.path, I3SOCK: nested.path }), outer.path)
      }),
    60_000,
  )
})
