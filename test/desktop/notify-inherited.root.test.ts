/** A daemon that was started by hand in a session that is itself a service of systemd, whose environment it has. */
import { writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { ask } from "../support/daemon.ts"
import { describeWith, sessionTools } from "../support/needs.ts"
import { stageBundle } from "../support/TestUser.ts"
import { startUserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const UNIT = "compositor.service"

/** As a compositor under systemd: it says that it is ready by a child, and starts the daemon as its `exec` does. */
const launcher = (entry: string) => `#!/bin/sh
systemd-notify --ready --status=session
setsid --fork ${process.execPath} ${entry} daemon
exec sleep infinity
`

describeWith([...sessionTools, "node"], "the service of a session", () => {
  it.scopedLive("is not told what a daemon in it does: it would be taken for the session's end", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      const script = `${session.home}/compositor.sh`
      writeFileSync(script, launcher(yield* stageBundle), { mode: 0o755 })
      yield* session.writeUnit(UNIT, `[Service]\nType=notify\nNotifyAccess=all\nExecStart=${script}\n`)
      const started = yield* session.systemctl("start", UNIT)
      assert.strictEqual(started.code, 0, started.stderr)
      const ping = ask(session.runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}')
      const answer = Either.getOrThrow(yield* eventually(Effect.either(ping), each => each._tag === "Right"))
      process.kill(JSON.parse(answer).result.pid, "SIGTERM")
      yield* eventually(Effect.either(ping), answer => answer._tag === "Left")
      assert.strictEqual(yield* session.show(UNIT, "StatusText"), "session")
      assert.strictEqual(yield* session.show(UNIT, "ActiveState"), "active")
    }),
  )
})
