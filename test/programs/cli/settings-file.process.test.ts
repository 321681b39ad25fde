/** A file of settings that is none, in front of the real program: nothing hangs, and what is wrong is said. */

import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, runsAsRoot, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"
import { reloadFailed, tooLarge } from "../../support/wording.ts"

const setUp = Effect.gen(function* () {
  const configHome = yield* makeScratchDir
  mkdirSync(`${configHome}/i3pm`)
  const file = `${configHome}/i3pm/config.toml`
  return { runtimeDir: yield* makeRuntimeDir, entry: yield* stageBundle, configHome, file }
})

const kinds: ReadonlyArray<readonly [string, (path: string) => void, RegExp]> = [
  ["a FIFO", path => void execFileSync("mkfifo", ["-m", "644", path]), /is a FIFO, not a regular file/],
  ["/dev/zero", path => symlinkSync("/dev/zero", path), /is a device, not a regular file/],
  ["a directory", path => mkdirSync(path), /is a directory, not a regular file/],
  [
    "50 MB",
    path => {
      writeFileSync(path, "")
      truncateSync(path, 50_000_000)
    },
    new RegExp(tooLarge),
  ],
]

describeWith(["setpriv", "node"], "settings that are no file", () => {
  it.scopedLive("end a command with status 64 and the reason", () =>
    Effect.gen(function* () {
      const { configHome, entry, file, runtimeDir } = yield* setUp
      const env = { XDG_CONFIG_HOME: configHome }
      for (const [title, make, expected] of kinds) {
        make(file)
        for (const args of [
          ["diagnose", "socket-health", "--json"],
          ["socket"],
          ["daemon"],
          ["msg", "-t", "get_version"],
        ]) {
          const { code, stderr } = yield* i3pm(entry, args, { runtimeDir, env })
          assert.strictEqual(code, 64, `${title}: ${args.join(" ")}: ${stderr}`)
          assert.match(stderr, expected, title)
        }
        rmSync(file, { recursive: true })
      }
    }),
  )

  it.scopedLive("change nothing for a daemon that reads them again, which says so and answers on", () =>
    Effect.gen(function* () {
      const { configHome, entry, file, runtimeDir } = yield* setUp
      const daemon = yield* startDaemon(entry, { runtimeDir, env: { XDG_CONFIG_HOME: configHome } })
      for (const [title, make, expected] of kinds) {
        make(`${file}~`)
        rmSync(file, { recursive: true, force: true })
        renameSync(`${file}~`, file)
        yield* daemon.kill("SIGHUP")
        const refused = new RegExp(`${reloadFailed}: \\S+ ${expected.source}`)
        yield* eventually(Effect.succeed(daemon), ({ stderr }) => refused.test(stderr.text()))
        const after = yield* eventually(health(runtimeDir), ({ warning }) => warning !== null)
        assert.strictEqual(after.status, "disconnected", title)
        assert.match(after.warning ?? "", /^the last reload of the settings failed: /, title)
      }
      rmSync(file, { recursive: true, force: true })
      yield* daemon.kill("SIGHUP")
      yield* eventually(health(runtimeDir), ({ warning }) => warning === null)
      yield* daemon.kill("SIGTERM")
      assert.strictEqual((yield* daemon.finished).code, 0)
    }),
  )
})

const childrenOf = (pid: number) => Effect.sync(() => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"))

const deadMount = fileURLToPath(new URL("../../support/dead-mount.py", import.meta.url))

if (runsAsRoot) {
  describeWith(["setpriv", "node", "unshare", "python3"], "settings on a mount whose server is gone", () => {
    const within = (directory: string) => [
      ...["unshare", "--mount", "--propagation", "private"],
      ...["/usr/bin/python3", deadMount, directory],
    ]

    it.scopedLive("end a command in time, with status 64 and the reason", () =>
      Effect.gen(function* () {
        const { configHome, entry, runtimeDir } = yield* setUp
        const options = { runtimeDir, env: { XDG_CONFIG_HOME: configHome }, within: within(configHome) }
        for (const args of [["diagnose", "socket-health", "--json"], ["socket"]]) {
          const { code, stderr } = yield* i3pm(entry, args, options)
          assert.strictEqual(code, 64, stderr)
          assert.match(stderr, /config\.toml cannot be read: its file system did not answer within 2s/)
        }
      }),
    )

    it.scopedLive(
      "change nothing for a daemon that reads them again: it answers meanwhile, says so, and ends when told",
      () =>
        Effect.gen(function* () {
          const { configHome, entry, file, runtimeDir } = yield* setUp
          const dead = yield* makeScratchDir
          const env = { XDG_CONFIG_HOME: configHome }
          const daemon = yield* startDaemon(entry, { runtimeDir, env, within: within(dead) })
          symlinkSync(`${dead}/config.toml`, file)
          yield* daemon.kill("SIGHUP")
          yield* eventually(childrenOf(daemon.pid), pids => pids !== "")
          assert.strictEqual((yield* health(runtimeDir)).status, "disconnected")
          const refused = new RegExp(
            `${reloadFailed}: \\S+config\\.toml cannot be read: its file system did not answer`,
          )
          yield* eventually(Effect.succeed(daemon), ({ stderr }) => refused.test(stderr.text()))
          yield* daemon.kill("SIGHUP")
          yield* eventually(childrenOf(daemon.pid), pids => pids !== "")
          yield* daemon.kill("SIGTERM")
          assert.strictEqual((yield* daemon.exited).code, 0)
        }),
    )

    it.scopedLive("do not keep SIGTERM from ending it", () =>
      Effect.gen(function* () {
        const { configHome, entry, runtimeDir } = yield* setUp
        const env = { XDG_CONFIG_HOME: configHome }
        const running = yield* spawnAs(process.execPath, [entry, "socket"], {
          runtimeDir,
          env,
          within: within(configHome),
        })
        yield* eventually(childrenOf(running.pid), pids => pids !== "")
        yield* running.kill("SIGTERM")
        assert.strictEqual((yield* running.exited).code, 128 + 15)
      }),
    )
  })
}
