import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { writeFileWhole } from "../../src/programs/outputFile.ts"
import { describeWith } from "../support/needs.ts"
import { spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"

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

  it.scoped("is another file than the old one, which a reader may have open, and replaces a link", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const [path, target] = [join(directory, "a"), join(directory, "b")]
      writeFileSync(target, "old")
      symlinkSync(target, path)
      const before = statSync(target).ino
      yield* writeFileWhole(path, "new")
      assert.strictEqual(readFileSync(target, "utf8"), "old")
      assert.strictEqual(readFileSync(path, "utf8"), "new")
      yield* writeFileWhole(target, "newer")
      assert.notStrictEqual(statSync(target).ino, before)
    }),
  )

  it.scoped("overcomes what an interrupted run has left beside it", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      writeFileSync(join(directory, `.a.${process.pid}`), "half")
      yield* writeFileWhole(join(directory, "a"), "whole")
      assert.deepStrictEqual(readdirSync(directory), ["a"])
    }),
  )

  it.scoped("fails with a reason, and nothing is left", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      mkdirSync(join(directory, "is a directory"))
      const reasonOf = (path: string) => Effect.map(Effect.flip(writeFileWhole(path, "x")), ({ reason }) => reason)
      assert.strictEqual(yield* reasonOf(join(directory, "none/a")), "Missing")
      assert.strictEqual(yield* reasonOf(join(directory, "is a directory")), "Failed")
      assert.strictEqual(yield* reasonOf("/proc/a"), "Missing")
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
      assert.include(stderr, `can not write ${disk}/a.prom: the disk is full`)
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
