/** What a sweep must not be led to by the surroundings: another spelling of a path, a full disk, no descriptors, pids used again. */
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { build } from "esbuild"
import * as SocketCleanup from "../../../src/layers/sockets/SocketCleanup.ts"
import { SocketListeners, layer as socketListeners } from "../../../src/layers/sockets/SocketListeners.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import { restore } from "../../../src/layers/system/removeIfSame.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import { waitingAt } from "../../support/campaign/Referee.ts"
import { startStage } from "../../support/campaign/Stage.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { makeRuntimeDir, makeScratchDir, runsAsRoot, stageBundle, TEST_UID } from "../../support/TestUser.ts"
import { makeOwnDir } from "../support/children.ts"

/** More than a pid can be (pid_max is 2^22), so that no process has it; and in no other test's names, which a sweep minds. */
const noPid = 98_000_000

const realListeners = socketListeners.pipe(Layer.provide([UnixSocket.layer, KernelSockets.layer]))

/** A sweep of this directory, by its owner. */
const sweepOf = (directory: string, listeners: Layer.Layer<SocketListeners> = realListeners) =>
  Effect.map(
    Layer.build(
      SocketCleanup.layer.pipe(
        Layer.provide([
          Layer.succeed(RuntimeDir, { path: directory, uid: TEST_UID, controlSocketPath: `${directory}/ipc.sock` }),
          ProcessTable.layer,
          listeners,
        ]),
      ),
    ),
    context =>
      Context.get(context, SocketCleanup.SocketCleanup)
        .sweep({ dryRun: false })
        .pipe(Effect.provide(Logger.remove(Logger.defaultLogger))),
  )

const here = { name: "here", pidNamespace: false, netNamespace: false, seen: true }

const yesterday = Date.now() / 1000 - 86_400

describeWith(["setpriv"], "a compositor that spells its directory in another way", () => {
  const spellings: ReadonlyArray<readonly [string, (directory: string, link: string) => string]> = [
    ["XDG_RUNTIME_DIR with a slash at its end", directory => `${directory}/`],
    ["XDG_RUNTIME_DIR by way of a link", (_, link) => link],
  ]
  for (const [title, spell] of spellings) {
    const setUp = Effect.gen(function* () {
      const directory = yield* makeRuntimeDir
      const link = `${yield* makeScratchDir}/link`
      fs.symlinkSync(directory, link)
      const stage = yield* startStage(here)
      const name = `sway-ipc.${TEST_UID}.${noPid}.sock`
      const bound = `${spell(directory, link)}/${name}`
      yield* stage.order("a", "fork", 0, "sway", bound)
      return { bound, path: `${directory}/${name}`, stage, sweep: yield* sweepOf(directory) }
    })

    it.scopedLive(`has one connection waiting at most while it is stopped: ${title}`, () =>
      Effect.gen(function* () {
        const { bound, stage, sweep } = yield* setUp
        yield* stage.order("a", "open")
        yield* stage.order("a", "stop")
        for (let times = 0; times < 4; times += 1) yield* sweep
        assert.isAtMost(waitingAt(bound), 1)
      }),
    )

    it.scopedLive(`keeps its file until it listens: ${title}`, () =>
      Effect.gen(function* () {
        const { path, stage, sweep } = yield* setUp
        yield* stage.order("a", "bind")
        fs.utimesSync(path, yesterday, yesterday)
        yield* sweep
        assert.isTrue(fs.existsSync(path))
      }),
    )
  }
})

describe("a look that takes long", () => {
  it.scopedLive("does not make a socket old that was young when it was looked at", () =>
    Effect.gen(function* () {
      const directory = yield* makeRuntimeDir
      const path = `${directory}/sway-ipc.${TEST_UID}.${noPid}.sock`
      const stage = yield* startStage(here)
      yield* stage.order("a", "fork", 0, "sway", path)
      yield* stage.order("a", "bind")
      const answers = [
        Effect.delay(Effect.succeed("refused" as const), "400 millis"),
        Effect.succeed("accepted" as const),
      ]
      const slow = Layer.succeed(SocketListeners, {
        look: () => Effect.map(answers.shift() ?? Effect.succeed("accepted" as const), _tag => [{ _tag }]),
      })
      const swept = yield* yield* sweepOf(directory, slow)
      assert.deepStrictEqual(
        swept.map(({ verdict }) => verdict),
        ["live"],
      )
    }),
  )
})

if (runsAsRoot) {
  describe("a file that was moved aside on a file system without a free inode", () => {
    it.scopedLive("is put back", () =>
      Effect.gen(function* () {
        const directory = yield* makeOwnDir
        yield* Effect.acquireRelease(
          Effect.sync(() => execFileSync("mount", ["-t", "tmpfs", "-o", "nr_inodes=8", "tmpfs", directory])),
          () => Effect.sync(() => execFileSync("umount", [directory])),
        )
        const path = `${directory}/sway-ipc.0.${noPid}.sock`
        const aside = `${directory}/.i3pm-0123456789abcdef.sway-ipc.0.${noPid}.sock`
        fs.writeFileSync(aside, "")
        try {
          for (let number = 0; number < 8; number += 1) fs.writeFileSync(`${directory}/${number}`, "")
        } catch {
          // That was the last one.
        }
        assert.isTrue(restore(aside, path))
        assert.isTrue(fs.existsSync(path))
      }),
    )
  })
}

if (runsAsRoot) {
  describeWith(["unshare"], "a process without procfs", () => {
    it.scopedLive("can tell nothing, and removes nothing", () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const entry = yield* stageBundle
        const name = `sway-ipc.${TEST_UID}.${noPid}.sock`
        fs.writeFileSync(`${runtimeDir}/${name}`, "")
        fs.chownSync(`${runtimeDir}/${name}`, TEST_UID, TEST_UID)
        const within = ["unshare", "--mount", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"]
        const { code, stdout } = yield* i3pm(entry, ["cleanup", "--json"], { runtimeDir, within })
        const [{ verdict }] = JSON.parse(stdout).sockets
        assert.deepStrictEqual([code, verdict], [0, "unknown"])
        assert.isTrue(fs.existsSync(`${runtimeDir}/${name}`))
      }),
    )
  })
}

describeWith(["prlimit"], "a process without a free descriptor", () => {
  /** Runs statements in a process of 64 descriptors, all of them taken; gives its exit status. */
  const runWithout = (contents: string) =>
    Effect.gen(function* () {
      const program = `${yield* makeScratchDir}/program.cjs`
      const resolveDir = fileURLToPath(new URL("../../../src/layers", import.meta.url))
      yield* Effect.promise(() =>
        build({
          stdin: { contents, loader: "ts", resolveDir },
          outfile: program,
          bundle: true,
          platform: "node",
          format: "cjs",
        }),
      )
      return spawnSync("prlimit", ["--nofile=64", "--", process.execPath, program]).status
    })

  const takeAll = `
    import { openSync } from "node:fs"
    try { for (;;) openSync("/dev/null") } catch {}
  `

  it.scopedLive("does not take a living process for none", () =>
    Effect.gen(function* () {
      const status = yield* runWithout(`${takeAll}
        import * as Effect from "effect/Effect"
        import * as Option from "effect/Option"
        import { ProcessTable, layer } from "./system/ProcessTable.ts"
        const find = Effect.flatMap(ProcessTable, table => table.find(process.pid)).pipe(Effect.provide(layer))
        process.exitCode = Effect.runSyncExit(Effect.map(find, Option.isNone)).value === true ? 3 : 0`)
      assert.strictEqual(status, 0, "3: a process that runs was taken for none")
    }),
  )

  it.scopedLive("does not know of any socket whether it has a listener", () =>
    Effect.gen(function* () {
      const status = yield* runWithout(`${takeAll}
        import { dryConnect } from "./system/dryConnect.ts"
        dryConnect(["/nowhere", "/nobody"]).then(said => {
          process.exitCode = said.join() === "EMFILE,EMFILE" ? 4 : 3
        })`)
      assert.strictEqual(status, 4, "3: something was said of them")
    }),
  )
})
