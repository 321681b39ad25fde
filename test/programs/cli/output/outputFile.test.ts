import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { writeFileWhole } from "../../../../src/programs/cli/output/outputFile.ts"
import { describeWith } from "../../../support/needs.ts"
import { spawnAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../../support/TestUser.ts"

describe("a file written whole", () => {
  it.scoped("is readable by everybody whatever the umask is, and leaves nothing beside it", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const umask = process.umask(0o077)
      yield* writeFileWhole(join(directory, "a.prom"), "one\n").pipe(
        Effect.ensuring(Effect.sync(() => process.umask(umask))),
      )
      assert.deepStrictEqual(readdirSync(directory), ["a.prom"])
      assert.strictEqual(readFileSync(join(directory, "a.prom"), "utf8"), "one\n")
      assert.strictEqual(statSync(join(directory, "a.prom")).mode & 0o777, 0o644)
    }),
  )

  it.scoped("is another file than the old one, which a reader may have open", () =>
    Effect.gen(function* () {
      const path = join(yield* makeScratchDir, "a")
      writeFileSync(path, "old")
      const before = statSync(path).ino
      yield* writeFileWhole(path, "new")
      assert.strictEqual(readFileSync(path, "utf8"), "new")
      assert.notStrictEqual(statSync(path).ino, before)
    }),
  )

  it.scoped(
    "is where a link leads, over links and directories that are links, and to a file that is not there yet",
    () =>
      Effect.gen(function* () {
        const directory = yield* makeScratchDir
        const at = (name: string) => join(directory, name)
        mkdirSync(at("deep/er"), { recursive: true })
        mkdirSync(at("far"))
        symlinkSync("../deep/er", at("far/link"))
        symlinkSync("../b", at("deep/er/one"))
        for (const path of ["far/link/one", "two"]) {
          if (path === "two") symlinkSync("far/link/one", at(path))
          for (const text of ["first", "second"]) {
            yield* writeFileWhole(at(path), `${path} ${text}`)
            assert.strictEqual(readFileSync(at("deep/b"), "utf8"), `${path} ${text}`)
          }
        }
        assert.isTrue(lstatSync(at("two")).isSymbolicLink() && lstatSync(at("deep/er/one")).isSymbolicLink())
        assert.deepStrictEqual(readdirSync(directory), ["deep", "far", "two"])
        assert.deepStrictEqual(readdirSync(at("deep")), ["b", "er"])
      }),
  )

  it.scoped("does not take the place of a directory, a socket or links that lead nowhere", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const at = (name: string) => join(directory, name)
      mkdirSync(at("directory"))
      symlinkSync("ring", at("ring"))
      yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>(resume => {
          const server = createServer().listen({ path: at("socket") }, () => resume(Effect.succeed(server)))
        }),
        server => Effect.async<void>(resume => void server.close(() => resume(Effect.void))),
      )
      for (const [name, why] of [
        ["directory", "it is a directory"],
        ["none/", "it is a directory"],
        ["socket", "it is a socket"],
        ["ring", "too many links"],
      ] as const) {
        const error = yield* Effect.flip(writeFileWhole(at(name), "x"))
        assert.deepInclude(error, { reason: "Unsuitable", message: `cannot write ${directory}/${name}: ${why}` })
      }
      assert.deepStrictEqual(readdirSync(directory), ["directory", "ring", "socket"])
      assert.isTrue(lstatSync(at("socket")).isSocket())
    }),
  )

  it.scoped("overcomes what an interrupted run has left beside it", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      writeFileSync(join(directory, `.a.${process.pid}.i3pm`), "half")
      yield* writeFileWhole(join(directory, "a"), "whole")
      assert.deepStrictEqual(readdirSync(directory), ["a"])
    }),
  )

  it.scoped("fails with a reason, and nothing is left", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      mkdirSync(join(directory, "is a directory"))
      const reasonOf = (path: string) => Effect.map(Effect.flip(writeFileWhole(path, "x")), ({ reason }) => reason)
      assert.strictEqual(yield* reasonOf(join(directory, "none/a")), "NoDirectory")
      assert.strictEqual(yield* reasonOf(join(directory, "is a directory")), "Unsuitable")
      assert.strictEqual(yield* reasonOf("/proc/a"), "NoDirectory")
      assert.deepStrictEqual(readdirSync(directory), ["is a directory"])
    }),
  )
})

describeWith(["setpriv", "node", "unshare", "user session"], "diagnose socket-health --output", () => {
  it.scopedLive("leaves the old file where the disk is full, and says so", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const disk = yield* makeScratchDir
      chmodSync(disk, 0o755)
      const mount = 'mount -t tmpfs -o size=8k,mode=0777 tmpfs "$0" && exec "$@"'
      const script =
        'echo old > "$3/a.prom"; head -c 8192 /dev/zero > "$3/rest"; ' +
        '"$1" "$2" diagnose socket-health --format openmetrics --output "$3/a.prom"; echo "status $?"; ' +
        'cat "$3/a.prom"; ls -A "$3"'
      const { finished } = yield* spawnAs("/bin/sh", ["-c", script, "sh", process.execPath, entry, disk], {
        runtimeDir,
        within: ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, disk],
      })
      const { stderr, stdout } = yield* finished
      assert.include(stderr, `cannot write ${disk}/a.prom: no space left on device`)
      assert.strictEqual(stdout, "status 70\nold\na.prom\nrest\n")
    }),
  )

  it.scopedLive("writes the file, prints nothing, and ends with the status", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const path = join(runtimeDir, "a.prom")
      const args = [entry, "diagnose", "socket-health", "--format", "openmetrics", "--output", path]
      const { finished } = yield* spawnAs("/bin/sh", ["-c", 'umask 0077; exec "$@"', "sh", process.execPath, ...args], {
        runtimeDir,
      })
      const { code, stdout } = yield* finished
      assert.strictEqual(code, 2)
      assert.strictEqual(stdout, "")
      assert.isTrue(existsSync(path))
      assert.match(readFileSync(path, "utf8"), /\ni3pm_daemon_up 0\n[\s\S]*\n# EOF\n$/)
      assert.strictEqual(statSync(path).mode & 0o777, 0o644)
    }),
  )
})
