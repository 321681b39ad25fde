/** The relay as a program: what it says where it cannot run, and what other commands take it for. */
import { symlinkSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { relaySocketIn } from "../../../src/layers/system/relayPaths.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

describeWith(["setpriv", "node"], "i3pm relay", () => {
  it.scopedLive("says once that another relay runs, and which command stops that", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const first = yield* spawnAs(process.execPath, [entry, "relay"], { runtimeDir })
      yield* eventually(Effect.sync(first.stderr.text), text =>
        text.includes(`listens on ${relaySocketIn(runtimeDir)}`),
      )
      const { code, stderr } = yield* i3pm(entry, ["relay"], { runtimeDir })
      assert.strictEqual(code, 1)
      assert.match(stderr, /^i3pm: another [^\n]* already listens on [^\n]*: stop it first \(kill \d+\)[^\n]*\n$/)
      const check = yield* i3pm(entry, ["relay", "check"], { runtimeDir })
      assert.strictEqual(check.code, 1)
      assert.include(check.stderr, `to stop it: kill ${first.pid}`)
    }),
  )

  it.scopedLive("is told from a compositor through a symbolic link, too", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const link = `${yield* makeScratchDir}/run`
      symlinkSync(runtimeDir, link)
      const relay = yield* spawnAs(process.execPath, [entry, "relay"], { runtimeDir })
      yield* eventually(Effect.sync(relay.stderr.text), text => text.includes("listens on"))

      const own = yield* i3pm(entry, ["relay", "--socket", relaySocketIn(link)], { runtimeDir })
      assert.strictEqual(own.code, 64)
      assert.include(own.stderr, "is the relay's own")

      const options = { runtimeDir, env: { SWAYSOCK: relaySocketIn(link) } }
      const { stdout } = yield* i3pm(entry, ["diagnose", "socket-health", "--json"], options)
      assert.strictEqual(JSON.parse(stdout).status, "disconnected")
      const swaysock = yield* i3pm(entry, ["diagnose", "sockets", "--json"], options)
      assert.deepStrictEqual(JSON.parse(swaysock.stdout).sockets, [])
    }),
  )
})
