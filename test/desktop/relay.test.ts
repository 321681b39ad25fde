/** The relay while sway is killed and started again, a relay beside another, and a compositor at the relay's path. */
import { existsSync, readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { relaySocketIn } from "../../src/layers/system/relayPaths.ts"
import { startSway } from "../support/Desktop.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { restartable, startRelay, swaymsg } from "../support/relay.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const lineCount = (text: string, part: string) => text.split("\n").filter(line => line.includes(part)).length

describeWith([...swayTools, "node"], "the relay", () => {
  it.scopedLive(
    "carries a subscriber over three restarts, and tells it what changed",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const through = relaySocketIn(runtimeDir)
        const sway = yield* restartable(startSway({ runtimeDir }))
        yield* startRelay(runtimeDir)
        const subscriber = yield* spawnAs("swaymsg", ["-s", through, "-m", "-t", "subscribe", '["workspace","tick"]'], {
          runtimeDir,
        })
        yield* eventually(Effect.sync(subscriber.stdout.text), text => text.includes('"first": true'))
        for (let round = 1; round <= 3; round += 1) {
          yield* swaymsg(runtimeDir, through, "workspace", `before ${round}`)
          yield* eventually(Effect.sync(subscriber.stdout.text), text => text.includes(`"name": "before ${round}"`))
          const told = lineCount(subscriber.stdout.text(), `"change": "empty"`)
          yield* sway.restart
          yield* eventually(Effect.sync(subscriber.stdout.text), text => lineCount(text, `"change": "empty"`) > told)
          const sent = yield* swaymsg(runtimeDir, through, "-t", "send_tick", `round ${round}`)
          assert.strictEqual(sent.code, 0)
          yield* eventually(Effect.sync(subscriber.stdout.text), text => text.includes(`"payload": "round ${round}"`))
        }
        assert.isFalse(subscriber.isGone())
        assert.strictEqual(lineCount(subscriber.stdout.text(), '"first": true'), 1, "tick's first comes once")
      }),
    90_000,
  )

  it.scopedLive(
    "fails a command while there is no compositor, and never runs it later",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const witness = `${yield* makeScratchDir}/ran`
        const through = relaySocketIn(runtimeDir)
        const sway = yield* restartable(startSway({ runtimeDir }))
        yield* startRelay(runtimeDir)
        assert.strictEqual((yield* swaymsg(runtimeDir, through, "-t", "get_version")).code, 0)
        yield* sway.kill
        const failed = yield* swaymsg(runtimeDir, through, "-r", `exec touch ${witness}`)
        assert.strictEqual(failed.code, 2)
        assert.include(failed.stdout, "i3pm: there is no compositor")
        yield* sway.restart
        yield* eventually(swaymsg(runtimeDir, through, "-t", "get_version"), ({ code }) => code === 0)
        assert.strictEqual((yield* swaymsg(runtimeDir, sway.present().socketPath, "nop")).code, 0)
        assert.isFalse(existsSync(witness))
      }),
    60_000,
  )

  it.scopedLive(
    "waits while a compositor listens at its path, never displaces it, and is no compositor to discovery",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const through = relaySocketIn(runtimeDir)
        const entry = yield* stageBundle
        // As sway is started by a service manager whose SWAYSOCK names the relay, while that is not there.
        yield* runAs("mkdir", ["-m", "700", `${runtimeDir}/i3pm`], { runtimeDir })
        const trapped = yield* startSway({ runtimeDir, env: { SWAYSOCK: through } })
        assert.strictEqual(trapped.socketPath, through)
        const relay = yield* spawnAs(process.execPath, [entry, "relay"], { runtimeDir, farewell: "SIGTERM" })
        yield* eventually(Effect.sync(relay.stderr.text), text => text.includes("the relay waits until it ends"))
        assert.strictEqual(
          (yield* swaymsg(runtimeDir, through, "-t", "get_version")).code,
          0,
          "it is the compositor's still",
        )
        const found = yield* runAs(process.execPath, [entry, "socket"], { runtimeDir })
        assert.deepStrictEqual([found.stdout, found.code], [`${through}\n`, 0], "it is found there")
        yield* trapped.kill("SIGKILL")
        yield* eventually(Effect.sync(relay.stderr.text), text => text.includes(`relay (pid ${relay.pid}) listens on`))
        const alone = yield* runAs(process.execPath, [entry, "socket"], { runtimeDir, env: { SWAYSOCK: through } })
        assert.strictEqual(alone.code, 1, "the relay alone is not taken for a live compositor")
        yield* startSway({ runtimeDir })
        // As in a container that sees nothing but the relay's socket.
        const elsewhere = yield* makeRuntimeDir
        const contained = yield* runAs(process.execPath, [entry, "msg", "-t", "get_version"], {
          runtimeDir: elsewhere,
          env: { SWAYSOCK: through },
        })
        assert.strictEqual(contained.code, 0, contained.stderr)
        assert.include(readFileSync("/proc/net/unix", "utf8"), through)
      }),
    60_000,
  )

  it.scopedLive("needs no part of the program but its own and the reader of settings, since they stay in memory", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      yield* startSway({ runtimeDir })
      const relay = yield* startRelay(runtimeDir, { parts: ["main.cjs", "relay.cjs", "toml.cjs"] })
      assert.strictEqual((yield* swaymsg(runtimeDir, relay.path, "-t", "get_version")).code, 0)
    }),
  )

  it.scopedLive("refuses to be the second, and names the first", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const first = yield* startRelay(runtimeDir)
      const second = yield* runAs(process.execPath, [yield* stageBundle, "relay"], { runtimeDir })
      assert.strictEqual(second.code, 1)
      assert.match(second.stderr, new RegExp(`another (i3pm )?relay \\(pid ${first.pid}\\)`))
      assert.isFalse(first.isGone())
    }),
  )
})
