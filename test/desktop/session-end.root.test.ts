/**
 * The end of a Sway session, however it comes: sway as a unit that is stopped, killed holders, killed children.
 *
 * `I3PM_SESSION_STOPS=n` says how many times sway is stopped as a unit; the long form is in `.ci/full`.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { swayConfig } from "../support/Desktop.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { stageBundle } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const stops = Number(process.env["I3PM_SESSION_STOPS"] ?? 3)

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

const recordOf = (session: UserSession) => `${session.runtimeDir}/i3pm-session.json`

/** The pid in the record; `undefined` in the moment in which one holder has gone and the next is not there yet. */
const holderOf = (session: UserSession): number | undefined => {
  try {
    return JSON.parse(readFileSync(recordOf(session), "utf8")).pid
  } catch {
    return undefined
  }
}

/** Waits until another process than this one holds the session; gives its pid. */
const untilHeldByOther = (session: UserSession, pid: number) =>
  eventually(
    Effect.sync(() => holderOf(session)),
    holder => holder !== undefined && holder !== pid,
  ).pipe(Effect.map(Number))

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
      `comes with sway as a unit ${title}, at each of ${stops} stops`,
      () =>
        Effect.gen(function* () {
          const { config, session } = yield* setUp
          yield* session.writeUnit(SWAY, swayUnit(config, more))
          for (let round = 0; round < stops; round += 1) {
            yield* session.systemctl("start", SWAY)
            yield* until(session, DAEMON, "active")
            yield* session.systemctl("stop", SWAY)
            yield* untilOver(session)
            assert.isUndefined((yield* environment(session))["SWAYSOCK"])
          }
        }),
      60_000 + stops * 10_000,
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

  it.scopedLive("comes with sway, where session run was killed long before it, and so was its successor", () =>
    Effect.gen(function* () {
      const { config, holderPid, session } = yield* setUp
      const sway = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, DAEMON, "active")
      const daemon = yield* session.show(DAEMON, "MainPID")
      const before = yield* environment(session)
      assert.include(before["WAYLAND_DISPLAY"], "wayland-")
      let pid = yield* holderPid
      for (const killed of ["session run", "its successor"]) {
        process.kill(pid, "SIGKILL")
        pid = yield* untilHeldByOther(session, pid)
        yield* until(session, `i3pm-session-guard-${pid}.service`, "active")
        yield* eventually(
          session.journal(),
          text => text.split(`${TARGET} runs with`).length === (killed === "session run" ? 2 : 3),
        )
        assert.deepStrictEqual(yield* environment(session), before, killed)
      }
      assert.strictEqual(yield* session.show(DAEMON, "MainPID"), daemon, "no service was restarted")
      yield* sway.kill("SIGKILL")
      yield* untilOver(session)
    }),
  )

  it.scopedLive("comes with sway that ends while it is stopped, where session run was killed", () =>
    Effect.gen(function* () {
      const { config, holderPid, session } = yield* setUp
      const sway = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, DAEMON, "active")
      yield* sway.kill("SIGSTOP")
      const guard = `i3pm-session-guard-${yield* holderPid}.service`
      const shell = yield* session.show(guard, "MainPID")
      process.kill(yield* holderPid, "SIGKILL")
      yield* eventually(
        Effect.sync(() => readFileSync(`/proc/${shell}/cmdline`, "latin1")),
        words => words.includes("--take-over") && !words.includes("systemd-cat"),
      )
      assert.strictEqual(yield* state(session, TARGET), "active")
      yield* sway.kill("SIGKILL")
      yield* untilOver(session)
    }),
  )

  it.scopedLive("leaves no guard at work when session run is told to end while it starts", () =>
    Effect.gen(function* () {
      const { entry, session } = yield* setUp
      const sway = yield* session.startSway()
      const run = yield* session.spawn(process.execPath, [entry, "session", "run", "--socket", sway.socketPath])
      yield* eventually(
        Effect.sync(() => existsSync(recordOf(session))),
        there => there,
      )
      yield* run.kill("SIGTERM")
      yield* run.finished
      yield* untilOver(session)
      assert.isFalse(existsSync(recordOf(session)))
      assert.isFalse(sway.isGone())
    }),
  )

  it.scopedLive("is only warned of, once, where there is no systemd-run", () =>
    Effect.gen(function* () {
      const { entry, session } = yield* setUp
      const sway = yield* session.startSway()
      const bin = `${session.home}/bin`
      yield* session.run("mkdir", [bin])
      for (const tool of ["systemctl", "busctl"]) yield* session.run("ln", ["-s", `/usr/bin/${tool}`, bin])
      const words = [process.execPath, entry, "session", "run", "--socket", sway.socketPath]
      const run = yield* session.spawn("env", [`PATH=${bin}`, ...words])
      yield* until(session, DAEMON, "active")
      yield* sway.kill("SIGKILL")
      const { code, stderr } = yield* run.finished
      assert.strictEqual(code, 0)
      const warnings = stderr.split("\n").filter(line => line.includes(" warn: "))
      assert.strictEqual(warnings.length, 1, stderr)
      assert.match(
        warnings[0] ?? "",
        /this session has no guard, .*: systemd-run, a part of systemd, is not installed$/,
      )
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
      // systemctl prints such a name in quotes where it lists several.
      const MEMBER = "mem\\x2dber.service"
      const fails = "[Service]\nExecStart=/bin/false\n"
      yield* session.writeUnit("backup.service", fails)
      const member = `[Unit]\nPartOf=${TARGET}\nRequisite=${TARGET}\nAfter=${TARGET}\nStartLimitBurst=1\n`
      const once = `ExecStart=/bin/sh -c 'test -e %h/ready'\nType=oneshot\nRemainAfterExit=yes\n[Install]\nWantedBy=${TARGET}\n`
      yield* session.writeUnit(MEMBER, `${member}[Service]\n${once}`)
      yield* session.systemctl("enable", MEMBER)
      yield* session.systemctl("start", "backup.service")
      yield* until(session, "backup.service", "failed")
      const first = yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, MEMBER, "failed")
      yield* first.kill("SIGKILL")
      yield* untilOver(session)
      yield* session.run("touch", [`${session.home}/ready`])
      yield* session.startSway({ config: readFileSync(config, "utf8") })
      yield* until(session, MEMBER, "active")
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
