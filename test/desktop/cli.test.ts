/** The command line against a real sway, as its user would type it. */

import { writeFileSync } from "node:fs"
import { chown, utimes } from "node:fs/promises"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { shellLine } from "../../src/layers/system/shellWords.ts"
import { barBlock } from "../../src/programs/cli/bar/snippets.ts"
import { startSway, swayConfig } from "../support/Desktop.ts"
import { i3pm, startDaemon } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

/** A file that no compositor owns, newer than any socket. */
const plantStale = (path: string) =>
  Effect.promise(async () => {
    writeFileSync(path, "")
    await chown(path, TEST_UID, TEST_GID)
    const future = Date.now() / 1000 + 60
    await utimes(path, future, future)
  })

describeWith([...swayTools, "node", "socat"], "i3pm and sway", () => {
  it.scopedLive("takes the live socket beside a newer stale file and says why", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const sway = yield* startSway({ runtimeDir })
      const stale = `${runtimeDir}/sway-ipc.${TEST_UID}.4194303.sock`
      yield* plantStale(stale)

      const socket = yield* i3pm(entry, ["socket"], { runtimeDir })
      assert.deepStrictEqual([socket.stdout, socket.stderr, socket.code], [`${sway.socketPath}\n`, "", 0])

      const sockets = yield* i3pm(entry, ["diagnose", "sockets", "--json"], { runtimeDir })
      const survey: { chosen: string; sockets: Array<{ path: string; verdict: string; reason: string }> } = JSON.parse(
        sockets.stdout,
      )
      assert.strictEqual(survey.chosen, sway.socketPath)
      const lost = survey.sockets.find(({ path }) => path === stale)
      assert.strictEqual(lost?.verdict, "orphan")
      assert.include(lost?.reason, "4194303")

      yield* startDaemon(entry, { runtimeDir })
      const asked = yield* i3pm(entry, ["diagnose", "sockets", "--json"], { runtimeDir })
      assert.strictEqual(JSON.parse(asked.stdout).source, "daemon")
      assert.strictEqual(JSON.parse(asked.stdout).chosen, sway.socketPath)
    }),
  )

  it.scopedLive("prints with msg what swaymsg prints, value for value, with its exit status", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const sway = yield* startSway({ runtimeDir })
      for (const type of ["get_tree", "get_outputs", "get_workspaces", "get_version", "get_seats", "get_inputs"]) {
        const theirs = yield* runAs("swaymsg", ["-s", sway.socketPath, "-t", type, "-r"], { runtimeDir })
        const ours = yield* i3pm(entry, ["msg", "-t", type, "-r"], { runtimeDir })
        assert.deepStrictEqual(JSON.parse(ours.stdout), JSON.parse(theirs.stdout), type)
        assert.strictEqual(ours.code, theirs.code)
      }
      for (const args of [
        ["workspace", "7"],
        ["foo"],
        ["--", "mark", "--add", "x"],
        ["-t", "nonsense"],
        ["-q", "foo"],
        ["-m", "nop"],
        ["-q", "-t", "nonsense"],
        ["-qm", "nop"],
        ["-rt", "get_marks"],
        ["-tget_marks"],
      ]) {
        const theirs = yield* runAs("swaymsg", ["-s", sway.socketPath, ...args], { runtimeDir })
        const ours = yield* i3pm(entry, ["msg", ...args], { runtimeDir })
        assert.strictEqual(ours.code, theirs.code, args.join(" "))
        if (theirs.stdout !== "") assert.deepStrictEqual(JSON.parse(ours.stdout), JSON.parse(theirs.stdout))
        else assert.strictEqual(ours.stdout, "")
        if (args[0]?.includes("q")) assert.strictEqual(ours.stderr, theirs.stderr)
      }
      const text = yield* runAs("swaymsg", ["-s", sway.socketPath, "-rpt", "get_version"], { runtimeDir })
      assert.strictEqual((yield* i3pm(entry, ["msg", "-rpt", "get_version"], { runtimeDir })).stdout, text.stdout)
      const help = yield* i3pm(entry, ["msg", "-qh", "exit"], { runtimeDir })
      assert.include(help.stdout, "USAGE\n  i3pm msg")
      assert.isFalse(sway.isGone())
    }),
  )

  it.scopedLive("gives a bar block whose command sway passes on as it is, whatever the path of the program", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const programs = ["i3pm", shellLine(["/a b/node", "/c's/main.cjs"]), shellLine(['/a "b"\\/i3pm'])]
      const blocks = programs.map(program =>
        barBlock({ program, terminal: undefined }).replace("{", "{\nswaybar_command true"),
      )
      yield* startSway({ runtimeDir, config: `${swayConfig}${blocks.join("\n")}\n` })
      for (const [index, program] of programs.entries()) {
        const { stdout } = yield* i3pm(entry, ["msg", "-t", "get_bar_config", `bar-${index}`], { runtimeDir })
        const due = `${program} diagnose socket-health --watch --format i3bar`
        assert.strictEqual(JSON.parse(stdout).status_command, due)
      }
    }),
  )

  it.scopedLive("goes on with events across a restart, in one process", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const first = yield* startSway({ runtimeDir })
      const events = yield* spawnAs(process.execPath, [entry, "events", "window", "workspace"], { runtimeDir })
      let workspace = 1
      const switchUntil = (socket: string, seen: () => boolean) =>
        eventually(
          Effect.suspend(() => {
            workspace += 1
            return runAs("swaymsg", ["-s", socket, "workspace", String(workspace)], { runtimeDir })
          }),
          seen,
        )
      const lines = () =>
        events.stdout
          .text()
          .trim()
          .split("\n")
          .filter(line => line !== "")
          .map(line => JSON.parse(line))
      yield* switchUntil(first.socketPath, () => lines().length > 0)
      yield* first.kill("SIGKILL")
      const second = yield* startSway({ runtimeDir })
      // The subscription may be made again before or after the harness has seen the new sway answer.
      const sinceRestart = () => lines().slice(lines().findIndex(({ event }) => event === "resubscribed"))
      yield* switchUntil(
        second.socketPath,
        () => sinceRestart()[0]?.event === "resubscribed" && sinceRestart().length > 1,
      )

      const [marker, next] = sinceRestart()
      assert.deepStrictEqual(marker, { event: "resubscribed", socket_path: second.socketPath })
      assert.strictEqual(next.event, "workspace")
      assert.property(next.payload, "change")
      assert.isFalse(events.isGone())
      yield* events.kill("SIGINT")
      assert.strictEqual((yield* events.finished).code, 0)
    }),
  )

  it.scopedLive("answers socat, which half-closes, with the id it sent", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const sway = yield* startSway({ runtimeDir })
      yield* startDaemon(entry, { runtimeDir })
      const answer = yield* runAs("socat", ["-", `UNIX-CONNECT:${runtimeDir}/i3-project-daemon/ipc.sock`], {
        runtimeDir,
        stdin: '{"jsonrpc":"2.0","method":"get_socket_health","id":"a"}\n',
      })
      const reply = JSON.parse(answer.stdout)
      assert.strictEqual(reply.id, "a")
      assert.strictEqual(reply.jsonrpc, "2.0")
      assert.strictEqual(reply.result.socket_path, sway.socketPath)
      assert.strictEqual(answer.stdout.trim().split("\n").length, 1)
    }),
  )
})
