/** A runtime directory that is refused: nothing is searched there, and a socket that is named works as swaymsg does; and a link that is named. */

import { chmodSync, existsSync, renameSync, symlinkSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startI3, startSway } from "../support/Desktop.ts"
import { health, i3pm, startDaemon } from "../support/daemon.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle, TEST_UID } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"
import { noOtherChecked, openToOthers } from "../support/wording.ts"

/** As WSLg leaves it at each boot. */
const openUp = (runtimeDir: string) => Effect.sync(() => chmodSync(runtimeDir, 0o777))

describeWith([...swayTools, "node"], "a runtime directory that others can write", () => {
  const setUp = Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const sway = yield* startSway({ runtimeDir })
    yield* openUp(runtimeDir)
    return { runtimeDir, entry: yield* stageBundle, sway: sway.socketPath }
  })

  it.scopedLive("is no matter to msg with -s and SWAYSOCK, which print what swaymsg prints", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir, sway } = yield* setUp
      for (const args of [["-p", "-t", "get_version"], ["workspace", "3"], ["foo"]]) {
        const theirs = yield* runAs("swaymsg", ["-s", sway, ...args], { runtimeDir })
        const ways = [
          yield* i3pm(entry, ["msg", "-s", sway, ...args], { runtimeDir }),
          yield* i3pm(entry, ["msg", ...args], { runtimeDir, env: { SWAYSOCK: sway } }),
          yield* i3pm(entry, ["msg", ...args], { runtimeDir, env: { I3PM_SOCKET: sway } }),
        ]
        for (const { code, stderr, stdout } of ways) {
          assert.deepStrictEqual([code, stderr], [theirs.code, ""])
          if (args.includes("-p")) assert.strictEqual(stdout, theirs.stdout)
          else assert.deepStrictEqual(JSON.parse(stdout), JSON.parse(theirs.stdout))
        }
      }
    }),
  )

  it.scopedLive("is no matter to socket, diagnose and events where the socket is named", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir, sway } = yield* setUp
      const ways: ReadonlyArray<readonly [ReadonlyArray<string>, Record<string, string>]> = [
        [["--socket", sway], {}],
        [[], { SWAYSOCK: sway }],
      ]
      for (const [flags, env] of ways) {
        const socket = yield* i3pm(entry, ["socket", ...flags], { runtimeDir, env })
        assert.deepStrictEqual([socket.code, socket.stdout], [0, `${sway}\n`])
        const told = yield* i3pm(entry, ["diagnose", "socket-health", "--json", ...flags], { runtimeDir, env })
        assert.strictEqual(told.code, 0)
        assert.deepInclude(JSON.parse(told.stdout), { status: "healthy", source: "probe", socket_path: sway })
        assert.match(
          told.stderr,
          new RegExp(`${openToOthers} \\(owner uid \\d+, mode 0777\\): run chmod 0700 \\S+; probed`),
        )
        const sockets = yield* i3pm(entry, ["diagnose", "sockets", "--json", ...flags], { runtimeDir, env })
        assert.strictEqual(JSON.parse(sockets.stdout).chosen, sway)
        assert.lengthOf(JSON.parse(sockets.stdout).sockets, 1, "nothing else was searched")
        const events = yield* spawnAs(process.execPath, [entry, "events", "workspace", ...flags], { runtimeDir, env })
        let workspace = 3
        yield* eventually(
          Effect.suspend(() => {
            workspace += 1
            return runAs("swaymsg", ["-s", sway, "workspace", `${workspace}`], { runtimeDir })
          }),
          () => events.stdout.text().includes('"change": "focus"') || events.stdout.text().includes('"change":"focus"'),
        )
      }
      assert.isFalse(existsSync(`${runtimeDir}/i3-project-daemon`), "nothing was written there")
    }),
  )

  it.scopedLive("is refused where nothing is named, with its path, owner and mode and what to do", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir, sway } = yield* setUp
      const reason = `i3pm: runtime directory ${runtimeDir} ${openToOthers} (owner uid ${TEST_UID}, mode 0777): run chmod 0700 ${runtimeDir}`
      for (const args of [["socket"], ["msg", "nop"], ["diagnose", "sockets"], ["events"]]) {
        const { code, stderr } = yield* i3pm(entry, args, { runtimeDir })
        assert.deepStrictEqual(
          [code, stderr],
          [1, `${reason}; or name the socket in SWAYSOCK, or with --socket PATH\n`],
        )
      }
      for (const args of [["cleanup"], ["daemon"]]) {
        const { code, stderr } = yield* i3pm(entry, args, { runtimeDir, env: { SWAYSOCK: sway } })
        assert.deepStrictEqual([code, stderr], [1, `${reason}\n`])
      }
      const dead = yield* i3pm(entry, ["msg", "nop"], { runtimeDir, env: { SWAYSOCK: `${runtimeDir}/none` } })
      assert.strictEqual(dead.code, 1)
      assert.include(dead.stderr, `${runtimeDir}/none: no such file; ${noOtherChecked}: runtime directory`)
    }),
  )
})

describeWith([...swayTools, "node"], "a link that --socket names", () => {
  it.scopedLive(
    "is followed by the daemon when it leads to another sway, whether the first one answers or is stopped",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const link = `${runtimeDir}/current.sock`
        const [first, second] = [yield* startSway({ runtimeDir }), yield* startSway({ runtimeDir })]
        const lead = (to: string) =>
          Effect.sync(() => {
            symlinkSync(to, `${link}.new`)
            renameSync(`${link}.new`, link)
          })
        yield* lead(first.socketPath)
        yield* startDaemon(yield* stageBundle, { runtimeDir }, ["--socket", link])
        // The link has no pid in its name: each sway is told from the other by the number of connections.
        const isHealthyAfter = (reconnections: number) =>
          eventually(
            health(runtimeDir),
            ({ reconnection_count, status }) => status === "healthy" && reconnection_count === reconnections,
          )
        yield* isHealthyAfter(0)
        yield* lead(second.socketPath)
        yield* isHealthyAfter(1)
        yield* second.kill("SIGSTOP")
        yield* lead(first.socketPath)
        yield* isHealthyAfter(2)
      }),
    90_000,
  )
})

describeWith([...i3Tools, "node"], "a runtime directory that is not there", () => {
  it.scopedLive("is no matter to who has I3SOCK", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const i3 = yield* startI3({ runtimeDir })
      const env = { I3SOCK: i3.socketPath, XDG_RUNTIME_DIR: `${runtimeDir}/none` }
      const { code, stderr, stdout } = yield* i3pm(entry, ["msg", "-t", "get_version"], { runtimeDir, env })
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.strictEqual(JSON.parse(stdout).major, 4)
    }),
  )
})
