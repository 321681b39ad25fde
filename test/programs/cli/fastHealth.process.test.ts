/** The health question as bars and scripts ask it, which is answered without the command tree: never otherwise than by it. */

import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { runAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"
import { literally, noJsonRpc, stdoutFull } from "../../support/wording.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

const setUpHealthy = Effect.gen(function* () {
  const { entry, runtimeDir } = yield* setUp
  yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
  yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
  return { entry, runtimeDir }
})

/** A home directory with this configuration file in it, below `directory`. */
const homeWith = (directory: string, text: string) =>
  Effect.map(makeScratchDir, home => {
    mkdirSync(join(home, directory, "i3pm"), { recursive: true })
    writeFileSync(join(home, directory, "i3pm/config.toml"), text)
    return home
  })

const ask = ["diagnose", "socket-health"]

describeWith(["setpriv", "node"], "the fast answer", () => {
  it.scopedLive("is the command tree's, wherever a setting comes from and whatever it is", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const other = 'socket = "/nonsense.sock"\n'
      const surroundings: ReadonlyArray<readonly [Record<string, string>, number]> = [
        [{}, 0],
        [{ XDG_CONFIG_HOME: join(yield* homeWith("", other)) }, 2],
        [{ HOME: yield* homeWith(".config", other) }, 2],
        [{ HOME: yield* homeWith(".config", other), XDG_CONFIG_HOME: "" }, 2],
        [{ HOME: yield* homeWith(".config", "nonsense") }, 64],
        [{ I3PM_SOCKET: "/nonsense.sock" }, 2],
        [{ I3PM_PROBE_DEADLINE: "never" }, 64],
        [{ I3PM_PROBE_INTERVAL: "never" }, 64],
        [{ I3PM_LOG_LEVEL: "loud" }, 64],
      ]
      for (const [env, status] of surroundings) {
        const byTree = yield* i3pm(entry, [...ask, "--format", "json"], { runtimeDir, env })
        assert.strictEqual(byTree.code, status, byTree.stderr)
        for (const flags of [[], ["--json"]]) {
          const { code, stderr, stdout } = yield* i3pm(entry, [...ask, ...flags], { runtimeDir, env })
          assert.strictEqual(code, status, JSON.stringify(env))
          assert.strictEqual(stderr, byTree.stderr)
          assert.strictEqual(stdout === "", status === 64)
          const [given, expected] = [stdout, byTree.stdout].map(text => (text === "" ? {} : JSON.parse(text)))
          for (const key of ["status", "socket_path", "source", "error"]) assert.strictEqual(given[key], expected[key])
        }
      }
    }),
  )

  it.scopedLive("says that stdout took no more, with 70, and is quiet where only its reader has gone", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUpHealthy
      const run = (script: string, ...flags: ReadonlyArray<string>) =>
        runAs("/bin/sh", ["-c", script, `${runtimeDir}/fifo`, process.execPath, entry, ...ask, ...flags], {
          runtimeDir,
        })
      for (const flags of [[], ["--json"], ["--format", "json"]]) {
        const full = yield* run('"$@" >/dev/full', ...flags)
        assert.strictEqual(full.stderr, `i3pm: ${stdoutFull}\n`)
        assert.strictEqual(full.code, 70)
        const closed = yield* run('mkfifo "$0"; : <"$0" & exec 4>"$0"; wait; rm "$0"; "$@" >&4', ...flags)
        assert.strictEqual(closed.stderr, "")
        assert.strictEqual(closed.code, 0)
      }
    }),
  )

  it.scopedLive("takes the three states from the control socket and no other word", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const path = controlSocketPathIn(runtimeDir)
      mkdirSync(dirname(path))
      const asked: Array<string> = []
      yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>(resume => {
          const server = createServer(client =>
            client.on("data", line => {
              asked.push(String(line))
              client.end('{"status":"weird"}\n')
            }),
          )
          server.listen({ path, writableAll: true }, () => resume(Effect.succeed(server)))
        }),
        server => Effect.async<void>(resume => void server.close(() => resume(Effect.void))),
      )
      const { code, stderr, stdout } = yield* i3pm(entry, [...ask, "--json"], { runtimeDir })
      assert.deepInclude(JSON.parse(stdout), { status: "disconnected", source: "probe" })
      assert.match(stderr, new RegExp(`^i3pm: .* ${literally(noJsonRpc)}: .*\\n$`))
      assert.strictEqual(code, 2)
      assert.isAtLeast(asked.length, 2)
    }),
  )
})
