/** `--watch` into a pipe: the entry prints the first view, and the part that it loads goes on with the same connection. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { controlSocketPathIn } from "../../../../src/layers/system/runtimeDirOf.ts"
import { treeArguments } from "../../../support/byTree.ts"
import { describeWith } from "../../../support/needs.ts"
import { spawnAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../../support/TestUser.ts"
import { eventually } from "../../../support/waiting.ts"
import { viewOf } from "../formats/views.ts"

const healthAt = (number: number) => viewOf({ reconnection_count: number, socket_path: `/run/${number}.sock` }).health

const line = (message: object) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`

const watch = ["diagnose", "socket-health", "--watch"]

/**
 * A daemon for one watcher, which gets its result and all `changes` at once. Then it is gone, or it stays. `asked` has each request.
 */
const startFake = (runtimeDir: string, changes: number, stays = false) =>
  Effect.gen(function* () {
    const path = controlSocketPathIn(runtimeDir)
    mkdirSync(dirname(path), { recursive: true })
    const asked: Array<string> = []
    yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>(resume => {
        const server = createServer(client => {
          client.on("error", () => {})
          client.on("data", request => {
            asked.push(String(request))
            const pushed = Array.from({ length: changes }, (_, index) =>
              line({ method: "socket_health", params: healthAt(index + 1) }),
            )
            const text = line({ id: 1, result: healthAt(0) }) + pushed.join("")
            if (stays) {
              client.write(text)
              return
            }
            server.close()
            rmSync(path, { force: true })
            client.end(text)
          })
        })
        server.listen({ path, writableAll: true, readableAll: true }, () => resume(Effect.succeed(server)))
      }),
      server => Effect.sync(() => void server.close()),
    )
    return asked
  })

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

/** The time of the output itself is another one in each run. */
const withoutTimes = (text: string | undefined) => text?.replaceAll(/"time":"[^"]*"/g, '"time":""')

/** The part that would go on ends the process instead. */
const withoutPart = (entry: string) =>
  Effect.sync(() => {
    const part = join(dirname(entry), "probe.cjs")
    rmSync(part)
    writeFileSync(part, "exports.run = () => process.exit(7)")
  })

/** A signal comes while the part is loaded: Node runs handlers only after it, but without one the kernel ends the process at once. */
const withSignal = (entry: string, signal: "SIGINT" | "SIGTERM") =>
  Effect.sync(() => {
    const part = join(dirname(entry), "probe.cjs")
    const code = readFileSync(part, "utf8")
    rmSync(part)
    writeFileSync(part, `process.kill(process.pid, "${signal}");${code}`)
  })

describeWith(["setpriv", "node"], "a watch that the entry begins", () => {
  it.scopedLive.each(["SIGINT", "SIGTERM"] as const)(
    "ends with 0 on a %s while the part that goes on is loaded, with a daemon and without one",
    signal =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        yield* withSignal(entry, signal)
        const run = Effect.flatMap(
          spawnAs(process.execPath, [entry, ...watch], { runtimeDir }),
          ({ finished }) => finished,
        )
        assert.deepInclude(yield* run, { code: 0, signal: null, stderr: "" })
        yield* startFake(runtimeDir, 0, true)
        assert.deepInclude(yield* run, { code: 0, signal: null, stderr: "" })
      }),
  )

  it.scopedLive("loses no change, has none twice, and says that the daemon has gone, as the tree's", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      // More than one write to a pipe takes.
      const changes = 500
      const seenBy = (args: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const asked = yield* startFake(runtimeDir, changes)
          const running = yield* spawnAs(process.execPath, args, { runtimeDir })
          yield* eventually(Effect.sync(running.stdout.text), text => /"down"[^\n]*\n$/.test(text))
          yield* running.kill("SIGTERM")
          const { code, stdout } = yield* running.finished
          assert.deepStrictEqual([code, asked.length], [0, 1])
          return stdout
        }).pipe(Effect.scoped)
      const begun = yield* seenBy([entry, ...watch])
      const counts = begun
        .trim()
        .split("\n")
        .map(text => JSON.parse(text))
        .filter(({ status }) => status !== "down")
        .map(({ reconnection_count: count }) => count)
      assert.deepStrictEqual(counts, [...Array(changes + 1).keys()])
      assert.strictEqual(begun, yield* seenBy(treeArguments(entry, watch)))
    }),
  )

  it.scopedLive("is begun without the Effect runtime, in each format for a pipe as the tree begins it", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startFake(runtimeDir, 0, true)
      const firstOf = (args: ReadonlyArray<string>, lines: number) =>
        Effect.gen(function* () {
          const running = yield* spawnAs(process.execPath, args, { runtimeDir })
          const text = yield* eventually(Effect.sync(running.stdout.text), each => each.split("\n").length > lines)
          yield* running.kill("SIGTERM")
          assert.deepInclude(yield* running.finished, { code: 0, stderr: "" })
          return text
        }).pipe(Effect.scoped)
      const expected = new Map<string, string>()
      const formats = ["json", "waybar", "i3bar", "eww", "polybar", "nagios", "health+json"]
      for (const format of formats) {
        // That protocol begins with three lines of its own.
        const lines = format === "i3bar" ? 4 : 1
        expected.set(format, yield* firstOf(treeArguments(entry, [...watch, "--format", format]), lines))
      }
      yield* withoutPart(entry)
      for (const format of formats) {
        const begun = yield* spawnAs(process.execPath, [entry, ...watch, "--format", format], { runtimeDir })
        const { code, stdout } = yield* begun.finished
        assert.strictEqual(withoutTimes(stdout), withoutTimes(expected.get(format)), format)
        assert.strictEqual(code, 7)
      }
    }),
  )

  it.scopedLive("ends with 0 on a signal after its first line, and where its reader goes away", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startFake(runtimeDir, 0, true)
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const running = yield* spawnAs(process.execPath, [entry, ...watch], { runtimeDir })
        yield* eventually(Effect.sync(running.stdout.text), text => text !== "")
        yield* running.kill(signal)
        assert.deepInclude(yield* running.finished, { code: 0, stderr: "" })
      }
      const script = '{ "$1" "$2" diagnose socket-health --watch; echo "status $?" >&2; } | head -n 1'
      const head = yield* spawnAs("/bin/sh", ["-c", script, "sh", process.execPath, entry], { runtimeDir })
      assert.deepInclude(yield* head.finished, { stderr: "status 0\n", stdout: `${JSON.stringify(healthAt(0))}\n` })
    }),
  )

  it.scopedLive("says that stdout takes no more, with 70, and is quiet without a reader", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startFake(runtimeDir, 0, true)
      const run = (script: string, args: ReadonlyArray<string>) =>
        Effect.flatMap(
          spawnAs("/bin/sh", ["-c", script, `${runtimeDir}/fifo`, process.execPath, ...args], { runtimeDir }),
          ({ finished }) => finished,
        )
      const full = yield* run('"$@" >/dev/full', [entry, ...watch])
      assert.deepInclude(full, yield* run('"$@" >/dev/full', treeArguments(entry, watch)))
      assert.strictEqual(full.code, 70)
      const closed = yield* run('mkfifo "$0"; : <"$0" & exec 4>"$0"; wait; rm "$0"; "$@" >&4', [entry, ...watch])
      assert.deepInclude(closed, { code: 0, stderr: "" })
    }),
  )
})
