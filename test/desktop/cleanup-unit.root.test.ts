/** The cleanup service and its timer, as a real `systemd --user` runs them, with a real journal. */

import { existsSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { stageBundle, TEST_UID } from "../support/TestUser.ts"
import { startUserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"
import { noProcess } from "../support/wording.ts"

const SERVICE = "sway-socket-cleanup.service"
const TIMER = "sway-socket-cleanup.timer"

/** No process can have this pid on a machine with the default pid_max of 32768 or 4194304, and none of a test run has it. */
const DEAD = 4_194_303

const setUp = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const installed = yield* session.run(process.execPath, [entry, "units", "install"])
  assert.strictEqual(installed.code, 0, installed.stderr)
  const orphan = `${session.runtimeDir}/sway-ipc.${TEST_UID}.${DEAD}.sock`
  const touch = session.run("touch", [orphan])
  return { session, orphan, touch }
})

describeWith([...swayTools, ...sessionTools, "node"], "the cleanup units", () => {
  it.scopedLive("remove an orphan, name it and the reason in the journal, and leave a live one", () =>
    Effect.gen(function* () {
      const { orphan, session, touch } = yield* setUp
      const sway = yield* session.startSway()
      yield* touch
      const { code, stderr } = yield* session.systemctl("start", SERVICE)
      assert.strictEqual(code, 0, stderr)
      assert.isFalse(existsSync(orphan))
      assert.isTrue(existsSync(sway.socketPath))
      const entries = yield* session.journalEntries(SERVICE)
      const line = entries.find(({ message }) => message.includes(orphan))
      assert.strictEqual(line?.message, `remove orphaned socket path=${orphan} pid=${DEAD} reason="${noProcess(DEAD)}"`)
      assert.strictEqual(line?.priority, 6)
      assert.isFalse(entries.some(({ message }) => message.includes(sway.socketPath)))
    }),
  )

  it.scopedLive("are in the list of timers, and with a short interval the timer fires by itself, again and again", () =>
    Effect.gen(function* () {
      const { orphan, session, touch } = yield* setUp
      const timers = yield* session.systemctl("list-timers", "--no-pager")
      assert.include(timers.stdout, TIMER)
      yield* session.writeUnit(
        `${TIMER}.d/short.conf`,
        "[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnActiveSec=100ms\nOnUnitActiveSec=100ms\nAccuracySec=1ms\n",
      )
      yield* session.systemctl("restart", TIMER)
      for (let round = 0; round < 2; round += 1) {
        yield* touch
        yield* eventually(
          Effect.sync(() => existsSync(orphan)),
          there => !there,
        )
      }
    }),
  )
})
