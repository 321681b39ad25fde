/** What becomes of a terminal that a program has run on, and of a program whose terminal goes. */

import { readdirSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, startDaemon } from "../../../support/daemon.ts"
import { describeWith } from "../../../support/needs.ts"
import { makeRuntimeDir, stageBundle } from "../../../support/TestUser.ts"
import { startOnTerminal } from "../../../support/terminal.ts"
import { eventually } from "../../../support/waiting.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

/** What xterm calls the alternate screen: entered, then left. */
const ENTER = "\x1b[?1049h"
const LEAVE = "\x1b[?1049l"

const size = { columns: 80, rows: 24 }

/** The last line of the live view. */
const FOOTER = "q or Ctrl-C leaves"

const watch = (entry: string) => [process.execPath, entry, "diagnose", "socket-health", "--watch"]

const clients = (runtimeDir: string) =>
  Effect.map(
    ask(runtimeDir, '{"jsonrpc":"2.0","method":"get_status","id":1}'),
    (text): number => JSON.parse(text).result.clients,
  )

describeWith(["setpriv", "node", "python3"], "a terminal that hangs up", () => {
  const programs = [
    { args: ["diagnose", "socket-health", "--watch"], ready: "down", compositor: false },
    { args: ["events", "tick"], ready: '"tick"', compositor: true },
    { args: ["daemon", "--embedded"], ready: "healthy", compositor: false },
  ] as const
  for (const { args, compositor, ready } of programs) {
    it.scopedLive(`ends ${args.join(" ")} by SIGHUP, with nothing left`, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        if (compositor) yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
        const before = readdirSync(runtimeDir).filter(name => name !== "i3pm")
        const command = [process.execPath, entry, ...args]
        const { terminal } = yield* startOnTerminal(command, size, { runtimeDir })
        yield* eventually(Effect.sync(terminal.stdout.text), text => text.includes(ready))
        yield* terminal.kill("SIGHUP")
        const { stderr } = yield* terminal.finished
        assert.include(stderr, "signal 1 ")
        assert.deepStrictEqual(
          readdirSync(runtimeDir).filter(name => name !== "i3pm"),
          before,
        )
      }),
    )
  }
})

describeWith(["setpriv", "node", "python3"], "the live view's terminal", () => {
  it.scopedLive("shows no typed keys, and is as it was after SIGQUIT", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { foreground, signal, terminal } = yield* startOnTerminal(watch(entry), size, { runtimeDir })
      yield* eventually(Effect.sync(terminal.stdout.text), text => text.includes("● down"))
      yield* foreground
      yield* eventually(Effect.sync(terminal.stderr.text), text => /^echo off$/m.test(text))
      yield* signal("SIGQUIT")
      const { stderr, stdout } = yield* terminal.finished
      assert.match(stderr, /^signal 3 echo on$/m)
      assert.isTrue(stdout.endsWith(LEAVE))
    }),
  )

  for (const [name, key] of [
    ["q", "q"],
    ["Ctrl-C", "\x03"],
  ] as const) {
    it.scopedLive(`is as it was after ${name}, which the last line names`, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        const { terminal } = yield* startOnTerminal(watch(entry), size, {
          runtimeDir,
          env: { TYPED: key, TYPED_AFTER: FOOTER },
        })
        const { stderr, stdout } = yield* terminal.finished
        assert.match(stderr, /^status 0 echo on$/m)
        assert.isTrue(stdout.endsWith(LEAVE))
      }),
    )
  }

  it.scopedLive("is left alone while the job is in the background", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const job = yield* startOnTerminal(watch(entry), size, { runtimeDir })
      const { terminal } = job
      yield* eventually(Effect.sync(terminal.stdout.text), text => text.includes("● down"))
      yield* job.signal("SIGTSTP")
      yield* eventually(Effect.sync(terminal.stderr.text), text => /^stopped echo on$/m.test(text))
      const stopped = yield* eventually(Effect.sync(terminal.stdout.text), text => text.endsWith(LEAVE))
      yield* job.background
      yield* eventually(Effect.sync(terminal.stderr.text), text => /^stopped echo on\necho on$/m.test(text))
      yield* job.signal("SIGCONT")
      // It runs: it asks the daemon that comes.
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      yield* eventually(clients(runtimeDir), count => count === 2)
      assert.strictEqual(terminal.stdout.text(), stopped)
      yield* job.foreground
      const again = yield* eventually(Effect.sync(terminal.stdout.text), text => text.includes("● healthy"))
      assert.isTrue(again.slice(stopped.length).startsWith(ENTER))
      yield* job.signal("SIGINT")
      const { stderr, stdout } = yield* terminal.finished
      assert.match(stderr, /^status 0 echo on$/m)
      assert.isTrue(stdout.endsWith(LEAVE))
    }),
  )

  it.scopedLive("counts as 80 columns of 24 rows where it says 0, and names what starts the daemon", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { terminal } = yield* startOnTerminal(watch(entry), { columns: 0, rows: 0 }, { runtimeDir })
      const text = yield* eventually(Effect.sync(terminal.stdout.text), text => text.includes("SINCE"))
      assert.include(text, "i3pm doctor")
      assert.match(text, /SINCE +STATE +LASTED +WHY/)
    }),
  )

  it.scopedLive("gets plain lines where TERM is dumb", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { terminal } = yield* startOnTerminal(watch(entry), size, { runtimeDir, env: { TERM: "dumb" } })
      const text = yield* eventually(Effect.sync(terminal.stdout.text), text => text.includes("i3pm doctor"))
      assert.notInclude(text, "\x1b")
      assert.match(text, /^\S+Z down: /)
    }),
  )
})
