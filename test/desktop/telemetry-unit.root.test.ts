/** Telemetry from the daemon's unit, which may open no network sockets until the drop-in of docs/monitoring.md allows it. */

import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools } from "../support/needs.ts"
import { startReceiver } from "../support/otlpReceiver.ts"
import { stageBundle } from "../support/TestUser.ts"
import { startUserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const UNIT = "i3-project-daemon.service"

/** The drop-in as the documentation has it. */
const documented = () => {
  const text = readFileSync(new URL("../../docs/monitoring.md", import.meta.url), "utf8")
  const dropIn = /```ini\n(\[Service\]\nRestrictAddressFamilies=[^`]*)```/.exec(text)?.[1]
  assert.isString(dropIn, "docs/monitoring.md has the drop-in")
  return dropIn ?? ""
}

describeWith([...sessionTools, "node"], "telemetry from the unit", () => {
  it.scopedLive(
    "runs into the unit's restriction and says so, and goes out with the documented drop-in",
    () =>
      Effect.gen(function* () {
        const session = yield* startUserSession
        const entry = yield* stageBundle
        const receiver = yield* startReceiver("ok")
        assert.strictEqual((yield* session.run(process.execPath, [entry, "units", "install"])).code, 0)
        const dropIn = documented().replace("http://localhost:4318", receiver.url)
        const refused = dropIn.replace(/^RestrictAddressFamilies=.*\n/m, "")
        yield* session.writeUnit(`${UNIT}.d/telemetry.conf`, refused)
        assert.strictEqual((yield* session.systemctl("start", "sway-session.target")).code, 0)
        yield* eventually(session.journal(UNIT), text =>
          /telemetry does not reach \S+: address family not supported/.test(text),
        )
        assert.strictEqual(yield* session.show(UNIT, "ActiveState"), "active")
        assert.strictEqual(receiver.received.length, 0)

        yield* session.writeUnit(`${UNIT}.d/telemetry.conf`, dropIn)
        assert.strictEqual((yield* session.systemctl("restart", UNIT)).code, 0)
        yield* eventually(
          Effect.sync(() => receiver.received.length),
          count => count > 0,
        )
      }),
    60_000,
  )
})
