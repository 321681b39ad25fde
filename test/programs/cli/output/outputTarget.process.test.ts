/** `--output` to what is no regular file: written into or refused, and never replaced. */
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../../../support/needs.ts"
import { runAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../../support/TestUser.ts"

describeWith(["setpriv", "node"], "diagnose socket-health --output", () => {
  /** Runs a shell script whose `$@` is the question up to the file's name, in a directory of its own. */
  const ask = (script: string) =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const directory = yield* makeScratchDir
      const args = [process.execPath, entry, "diagnose", "socket-health", "--format", "nagios", "--output"]
      const finished = yield* runAs("/bin/sh", ["-c", script, "sh", ...args], {
        runtimeDir: yield* makeRuntimeDir,
        cwd: directory,
      })
      return { ...finished, directory }
    })

  const line = /^I3PM CRITICAL: [^\n]*\n$/

  it.scopedLive("writes into a FIFO that somebody reads, also over a link, and leaves it what it is", () =>
    Effect.gen(function* () {
      const { directory, stdout } = yield* ask('mkfifo a; ln -s a b; cat a & "$@" b; wait')
      assert.match(stdout, line)
      assert.isTrue(lstatSync(join(directory, "a")).isFIFO())
      assert.deepStrictEqual(readdirSync(directory), ["a", "b"])
    }),
  )

  it.scopedLive("does not wait for somebody to read a FIFO", () =>
    Effect.gen(function* () {
      const { code, directory, stderr } = yield* ask('mkfifo a; "$@" a')
      assert.include(stderr, "cannot write a: it has no reader\n")
      assert.strictEqual(code, 70)
      assert.isTrue(lstatSync(join(directory, "a")).isFIFO())
    }),
  )

  it.scopedLive("writes into a device", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* ask('"$@" /dev/null')
      assert.notInclude(stderr, "cannot write")
      assert.strictEqual(stdout, "")
      assert.strictEqual(code, 2)
      assert.isTrue(lstatSync("/dev/null").isCharacterDevice())
      const full = yield* ask('"$@" /dev/full')
      assert.include(full.stderr, "cannot write /dev/full: no space left on device\n")
      assert.strictEqual(full.code, 70)
    }),
  )

  it.scopedLive("writes to a descriptor of its own behind what is there, and to stdout by that name or -", () =>
    Effect.gen(function* () {
      for (const name of ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]) {
        const { code, stdout } = yield* ask(`"$@" ${name}`)
        assert.match(stdout, line, name)
        assert.strictEqual(code, 2)
      }
      for (const script of [
        '{ echo before; "$@" /dev/stdout; echo behind; } >a',
        'echo before >a; { "$@" /dev/stdout; echo behind; } >>a',
        '{ echo before >&3; "$@" /dev/fd/3; echo behind >&3; } 3>a',
      ]) {
        const { directory } = yield* ask(script)
        const [before, text, behind, ...rest] = readFileSync(join(directory, "a"), "utf8").split("\n")
        assert.deepStrictEqual([before, behind, rest], ["before", "behind", [""]])
        assert.match(`${text}\n`, line)
        assert.deepStrictEqual(readdirSync(directory), ["a"])
      }
    }),
  )

  it.scopedLive("does without no name", () =>
    Effect.gen(function* () {
      for (const script of ['"$@" ""', '"$@="']) {
        const { code, directory, stderr, stdout } = yield* ask(script)
        assert.include(stderr, "--output needs the name of a file")
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 64)
        assert.deepStrictEqual(readdirSync(directory), [])
      }
    }),
  )
})
