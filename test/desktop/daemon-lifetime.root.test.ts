/** How long the daemon lives, with a real user manager and a real sway; and what uninstall does about bound units. */

import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { swayConfig } from "../support/Desktop.ts"
import { health } from "../support/daemon.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { stageBundle } from "../support/TestUser.ts"
import { startUserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const DAEMON = "i3-project-daemon.service"
const TARGET = "sway-session.target"

const set = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  const config = `${swayConfig}exec "${process.execPath}" "${entry}" session run\n`
  const until = (unit: string, expected: string) =>
    eventually(session.show(unit, "ActiveState"), state => state === expected)
  const status = (expected: string) => eventually(health(session.runtimeDir), each => each.status === expected)
  return { session, i3pm, config, until, status }
})

describeWith([...swayTools, ...sessionTools, "node"], "the daemon's lifetime", () => {
  it.scopedLive(
    "manager: the daemon sees sway go and come, without a restart",
    () =>
      Effect.gen(function* () {
        const { config, i3pm, session, status, until } = yield* set
        assert.strictEqual((yield* i3pm("units", "install", "--daemon-lifetime", "manager")).code, 0)
        yield* until(DAEMON, "active")
        yield* status("disconnected")
        const pid = yield* session.show(DAEMON, "MainPID")
        const first = yield* session.startSway({ config })
        yield* status("healthy")
        yield* until(TARGET, "active")
        yield* first.kill("SIGKILL")
        yield* status("disconnected")
        yield* until(TARGET, "inactive")
        const second = yield* session.startSway({ config })
        const back = yield* status("healthy")
        assert.deepInclude(back, { reconnection_count: 1, socket_path: second.socketPath })
        yield* until(TARGET, "active")
        assert.strictEqual(yield* session.show(DAEMON, "MainPID"), pid)
        const { problems, units } = JSON.parse((yield* i3pm("diagnose", "session")).stdout)
        assert.strictEqual(problems, 0, JSON.stringify(units))
      }),
    90_000,
  )

  it.scopedLive(
    "session: the daemon ends with sway, also after it was the manager's",
    () =>
      Effect.gen(function* () {
        const { config, i3pm, session, status, until } = yield* set
        yield* i3pm("units", "install", "--daemon-lifetime", "manager")
        yield* until(DAEMON, "active")
        assert.strictEqual((yield* i3pm("units", "install", "--daemon-lifetime", "session")).code, 0)
        yield* until(DAEMON, "inactive")
        const sway = yield* session.startSway({ config })
        yield* until(DAEMON, "active")
        yield* status("healthy")
        yield* sway.kill("SIGKILL")
        yield* until(DAEMON, "inactive")
        yield* until(TARGET, "inactive")
      }),
    90_000,
  )
})

describeWith([...sessionTools, "node"], "units uninstall", () => {
  it.scopedLive("is refused while a unit is bound, and unbinds it first with --all", () =>
    Effect.gen(function* () {
      const { i3pm, session } = yield* set
      yield* i3pm("units", "install")
      const unit = "[Unit]\nPartOf=graphical-session.target\n[Service]\nExecStart=/bin/true\n"
      yield* session.writeUnit("a.service", unit)
      assert.strictEqual((yield* i3pm("session", "bind", "a")).code, 0)
      const refused = yield* i3pm("units", "uninstall")
      assert.strictEqual(refused.code, 1)
      assert.include(refused.stderr, "i3pm session unbind a.service")
      assert.isTrue(fs.existsSync(`${session.unitDir}/${TARGET}`))
      const all = yield* i3pm("units", "uninstall", "--all")
      assert.strictEqual(all.code, 0, all.stderr)
      const { steps }: { readonly steps: ReadonlyArray<object> } = JSON.parse(all.stdout)
      assert.deepInclude(steps[0], { action: "unbound", what: "a.service" })
      assert.deepStrictEqual(fs.readdirSync(session.unitDir), ["a.service"])
      assert.strictEqual(fs.readFileSync(`${session.unitDir}/a.service`, "utf8"), unit)
    }),
  )

  it.scopedLive("leaves a session target that was there before install", () =>
    Effect.gen(function* () {
      const { i3pm, session, until } = yield* set
      const wiki =
        "[Unit]\nBindsTo=graphical-session.target\nWants=graphical-session-pre.target\nAfter=graphical-session-pre.target\n"
      yield* session.writeUnit(TARGET, wiki)
      const installed = yield* i3pm("units", "install")
      assert.strictEqual(installed.code, 0, installed.stderr)
      assert.include(installed.stdout, "it existed already and is used as it is")
      yield* session.systemctl("start", TARGET)
      yield* until(DAEMON, "active")
      yield* session.systemctl("stop", TARGET)
      yield* until(DAEMON, "inactive")
      assert.strictEqual((yield* i3pm("units", "uninstall")).code, 0)
      assert.deepStrictEqual(fs.readdirSync(session.unitDir), [TARGET])
    }),
  )
})
