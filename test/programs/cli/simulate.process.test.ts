/** `i3pm simulate` as a job in the background of a terminal, which it may not read. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../../support/needs.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"
import { startOnTerminal } from "../../support/terminal.ts"

/** Starts the simulator in the background, and asks it while a second line waits that nobody reads. */
const SCRIPT = `
  mkfifo "$XDG_RUNTIME_DIR/out"
  "$@" simulate >"$XDG_RUNTIME_DIR/out" &
  read -r path <"$XDG_RUNTIME_DIR/out"
  echo READY
  read -r first
  "$@" msg -s "$path" -t get_version && echo ANSWERED
  kill -KILL %1`

describeWith(["setpriv", "node", "python3"], "i3pm simulate", () => {
  it.scopedLive("goes on in the background of a terminal that somebody types into", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const command = ["/bin/sh", "-mc", SCRIPT, "sh", process.execPath, entry]
      const env = { TYPED: "first\nsecond\n", TYPED_AFTER: "READY" }
      const { terminal } = yield* startOnTerminal(command, { columns: 80, rows: 24 }, { runtimeDir, env })
      const { stderr, stdout } = yield* terminal.finished
      assert.include(stdout.split(/\s+/), "ANSWERED", stderr)
    }),
  )
})
