/** The end of a Sway session, however it comes: sway as a unit that is stopped, killed holders, killed children. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { swayConfig } from "../support/Desktop.ts"
import { eventually } from "../support/daemon.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { stageBundle } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"

const TARGET = "sway-session.target"
const DAEMON = "i3-project-daemon.service"
const SWAY = "sway-login.service"

const state = (session: UserSession, unit: string) => session.show(unit, "ActiveState")

const until = (session: UserSession, unit: string, expected: string) =>
  eventually(state(session, unit), each => each === expected)

const environment = (session: UserSession) =>
  Effect.map(
    session.systemctl("show-environment", "--output=json"),
    ({ stdout }): Readonly<Record<string, string>> => JSON.parse(stdout),
  )

/** Nothing is left of a session: no target, no variable, no guard. */
const untilOver = (session: UserSession) =>
  Effect.gen(function* () {
    yield* until(session, TARGET, "inactive")
    yield* eventually(environment(session), each => each["SWAYSOCK"] === undefined)
    yield* eventually(
      session.systemctl("list-units", "--all", "--plain", "--no-legend", "i3pm-session-guard-*"),
      ({ stdout }) => stdout.trim() === "",
    )
  })

const setUp = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  assert.strictEqual((yield* i3pm("units", "install")).code, 0)
  /** Writes its own pid down, which is the pid of `session run`. */
  const holder = `sh -c 'echo $$$$ > "${session.home}/run.pid"; exec "${process.execPath}" "${entry}" session run'`
  const config = `${session.home}/config`
  writeFileSync(config, `${swayConfig}exec ${holder}\n`)
  const holderPid = Effect.sync(() => Number(readFileSync(`${session.home}/run.pid`, "utf8")))
  return { session, entry, i3pm, config, holderPid }
})

/** sway's wiki, with what it takes without a screen. */
const swayUnit = (config: string, more = "") => `[Unit]
Description=sway
BindsTo=graphical-session.target
Wants=graphical-session-pre.target
After=graphical-session-pre.target
[Service]
Type=simple
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1
ExecStart=/usr/bin/sway -c ${config}
${more}`

describeWith([...swayTools, ...sessionTools, "node"], "the end of a session", () => {
  for (const [title, more] of [
    ["as sway's wiki has it", ""],
    ["that kills what is left at once", "KillMode=mixed\n"],
  ] as const) {
    it.scopedLive(
      `comes with sway as a unit ${title}, at each of twelve stops`,
      () =>
        Effect.gen(function* () {
          const { config, session } = yield* setUp
          yield* session.writeUnit(SWAY, swayUnit(config, more))
          for (let round = 0; round < 12; round += 1) {
            yield* session.systemctl("start", SWAY)
            yield* until(session, DAEMON, "active")
            yield* session.systemctl("stop", SWAY)
            yield* untilOver(session)
          }
        }),
      180_000,
    )
  }

  it.scopedLive("comes when session run was killed, and sway right after it", () =>
    Effect.gen(function* () {
      const { config, holderPid, session } = yield* setUp
      const sway = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, DAEMON, "active")
      process.kill(yield* holderPid, "SIGKILL")
      yield* sway.kill("SIGKILL")
      yield* untilOver(session)
      assert.strictEqual(yield* state(session, DAEMON), "inactive")
    }),
  )

  it.scopedLive("comes with sway, where session run was killed long before it", () =>
    Effect.gen(function* () {
      const { config, holderPid, session } = yield* setUp
      const sway = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, DAEMON, "active")
      const record = `${session.runtimeDir}/i3pm-session.json`
      const pid = yield* holderPid
      const daemon = yield* session.show(DAEMON, "MainPID")
      process.kill(pid, "SIGKILL")
      yield* eventually(
        Effect.sync(() => (existsSync(record) ? JSON.parse(readFileSync(record, "utf8")).pid : pid)),
        holder => holder !== pid,
      )
      yield* eventually(environment(session), each => each["SWAYSOCK"] === sway.socketPath)
      assert.strictEqual(yield* session.show(DAEMON, "MainPID"), daemon, "no service was restarted")
      yield* sway.kill("SIGKILL")
      yield* untilOver(session)
    }),
  )

  it.scopedLive("comes although each systemctl and busctl is killed a few times", () =>
    Effect.gen(function* () {
      const { entry, session } = yield* setUp
      const sway = yield* session.startSway()
      const bin = `${session.home}/bin`
      yield* session.run("mkdir", [bin])
      for (const tool of ["systemctl", "busctl"]) {
        const count = `${session.home}/${tool}.count`
        const die = `n=$(cat ${count} 2>/dev/null || echo 0); echo $((n + 1)) >${count}`
        writeFileSync(
          `${bin}/${tool}`,
          `#!/bin/sh\nif [ -e ${session.home}/deadly ]; then ${die}; [ $((n % 4)) = 3 ] || kill -TERM $$; fi\nexec /usr/bin/${tool} "$@"\n`,
          { mode: 0o755 },
        )
      }
      yield* session.spawn(process.execPath, [entry, "session", "run", "--socket", sway.socketPath], {
        env: { PATH: `${bin}:/usr/bin:/bin` },
      })
      yield* until(session, DAEMON, "active")
      yield* session.run("touch", [`${session.home}/deadly`])
      yield* sway.kill("SIGKILL")
      yield* untilOver(session)
      assert.isAbove(Number(readFileSync(`${session.home}/systemctl.count`, "utf8")), 4)
    }),
  )
})

describeWith([...swayTools, ...sessionTools, "node"], "the beginning of a session", () => {
  it.scopedLive("forgets the failures of its own units, and of no other", () =>
    Effect.gen(function* () {
      const { config, session } = yield* setUp
      const fails = "[Service]\nExecStart=/bin/false\n"
      yield* session.writeUnit("backup.service", fails)
      const member = `[Unit]\nPartOf=${TARGET}\nRequisite=${TARGET}\nAfter=${TARGET}\nStartLimitBurst=1\n`
      const once = `ExecStart=/bin/sh -c 'test -e %h/ready'\nType=oneshot\nRemainAfterExit=yes\n[Install]\nWantedBy=${TARGET}\n`
      yield* session.writeUnit("member.service", `${member}[Service]\n${once}`)
      yield* session.systemctl("enable", "member.service")
      yield* session.systemctl("start", "backup.service")
      yield* until(session, "backup.service", "failed")
      const first = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, "member.service", "failed")
      yield* first.kill("SIGKILL")
      yield* untilOver(session)
      yield* session.run("touch", [`${session.home}/ready`])
      yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, "member.service", "active")
      assert.strictEqual(yield* state(session, "backup.service"), "failed")
    }),
  )

  it.scopedLive("says which desktop it is where sway has not, so that portals start", () =>
    Effect.gen(function* () {
      const { config, session } = yield* setUp
      const first = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* eventually(environment(session), each => each["XDG_CURRENT_DESKTOP"] === "sway")
      yield* until(session, DAEMON, "active")
      yield* first.kill("SIGKILL")
      yield* untilOver(session)
      assert.isUndefined((yield* environment(session))["XDG_CURRENT_DESKTOP"])
      yield* session.systemctl("set-environment", "XDG_CURRENT_DESKTOP=sway:wlroots")
      const second = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, DAEMON, "active")
      assert.strictEqual((yield* environment(session))["XDG_CURRENT_DESKTOP"], "sway:wlroots")
      yield* second.kill("SIGKILL")
      yield* untilOver(session)
      assert.strictEqual((yield* environment(session))["XDG_CURRENT_DESKTOP"], "sway:wlroots")
    }),
  )
})
