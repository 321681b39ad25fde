/** The entry's own answers beside a compositor that does not answer, and when a signal ends it: as the command tree's. */
import { existsSync, writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type { RequestName } from "../../../src/layers/ipc/Message.ts"
import { byTree, treeArguments } from "../../support/byTree.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { startScripted } from "../../support/scriptedCompositor.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const version = { human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 }

/** A compositor that answers these requests only. `asked` has each request that it gets. */
const startDeaf = (path: string, answered: ReadonlyArray<RequestName>) =>
  Effect.gen(function* () {
    const asked = yield* Mailbox.make<RequestName>()
    yield* startScripted(path, ({ name, reply }) => {
      asked.unsafeOffer(name)
      if (answered.includes(name)) reply(version)
    })
    return asked
  })

const setUp = Effect.gen(function* () {
  const entry = yield* stageBundle
  const runtimeDir = yield* makeRuntimeDir
  const path = `${runtimeDir}/deaf.sock`
  return { entry, path, options: { runtimeDir, env: { SWAYSOCK: path } } }
})

describeWith(["setpriv", "node"], "the entry's own answer", () => {
  it.scopedLive(
    "is the tree's beside a compositor that hangs, which gets no command",
    () =>
      Effect.gen(function* () {
        const { entry, options, path } = yield* setUp
        const asked = yield* startDeaf(path, [])
        for (const args of [["msg", "nop"], ["msg", "-s", path, "-t", "get_tree"], ["socket"]]) {
          assert.deepStrictEqual(yield* i3pm(entry, args, options), yield* byTree(entry, args, options), args.join(" "))
        }
        const [requests] = yield* asked.takeAll
        assert.deepStrictEqual(new Set(requests), new Set(["get_version"]))
      }),
    60_000,
  )

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it.scopedLive(
      `ends on ${signal} as the tree's, with nothing left`,
      () =>
        Effect.gen(function* () {
          const { entry, options, path } = yield* setUp
          const asked = yield* startDeaf(path, ["get_version"])
          const endOf = (args: ReadonlyArray<string>) =>
            Effect.gen(function* () {
              const running = yield* spawnAs(process.execPath, args, options)
              while ((yield* asked.take) !== "command");
              // SIGPIPE is ignored by Node.
              yield* running.kill("SIGPIPE")
              yield* running.kill(signal)
              return yield* running.finished
            })
          const fast = yield* endOf([entry, "msg", "nop"])
          assert.deepStrictEqual(fast, yield* endOf(treeArguments(entry, ["msg", "nop"])))
          assert.strictEqual(fast.code, signal === "SIGINT" ? 130 : 143)
        }),
      60_000,
    )
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it.scopedLive(`ends on ${signal} while nobody reads it`, () =>
      Effect.gen(function* () {
        const { entry, options, path } = yield* setUp
        yield* startScripted(path, ({ name, reply }) => {
          reply(name === "get_version" ? version : { name: "x".repeat(500_000) })
        })
        const fifo = `${options.runtimeDir}/fifo`
        const script = 'mkfifo "$0" && exec "$@" >"$0"'
        const running = yield* spawnAs(
          "sh",
          ["-c", script, fifo, process.execPath, entry, "msg", "-t", "get_tree"],
          options,
        )
        yield* eventually(
          Effect.sync(() => existsSync(fifo)),
          made => made,
        )
        const reader = yield* Effect.acquireRelease(
          Effect.promise(() => open(fifo)),
          file => Effect.promise(() => file.close()),
        )
        // The first byte is there only when the process is in the call that writes all of them.
        yield* Effect.promise(() => reader.read(Buffer.alloc(1)))
        yield* running.kill(signal)
        assert.deepStrictEqual(yield* running.exited, { code: null, signal })
      }),
    )
  }

  it.scopedLive("loads none of Node's streams where a compositor answers", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      yield* startDeaf(path, ["get_version"])
      const hook = `${yield* makeScratchDir}/loaded.cjs`
      writeFileSync(
        hook,
        `process.on("exit", () => {
           const loaded = process.moduleLoadList.filter(name => /NativeModule (net|stream)$/.test(name))
           require("node:fs").writeSync(2, loaded.join())
         })`,
      )
      const { code, stderr } = yield* i3pm(entry, ["socket"], {
        ...options,
        env: { ...options.env, NODE_OPTIONS: `--pending-deprecation --require ${hook}` },
      })
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    }),
  )
})
