/** `i3pm session run` between a real sway and a real `systemd --user`: what starts, what ends, what is cleared. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { parse } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { swayConfig } from "../support/Desktop.ts"
import { health } from "../support/daemon.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { type HarnessError, makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"
import { noUserManager } from "../support/wording.ts"

const TARGET = "sway-session.target"
const FIXTURES = ["i3wsr.service", "eww-monitoring-panel.service"]

/** A service that belongs to sway: it writes down which socket it was given, each time it is started. */
const swayOnlyService = (name: string) => `[Unit]
PartOf=${TARGET}
Requisite=${TARGET}
After=${TARGET}
[Service]
ExecStart=/bin/sh -c 'echo "$SWAYSOCK" >> %h/${name}.started; exec sleep infinity'
[Install]
WantedBy=${TARGET}
`

/** The sockets that a fixture was started with. A line that is still being written is not told. */
const started = (session: UserSession, name: string) => {
  const file = `${session.home}/${name}.started`
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : []
}

/** A unit is active before its shell has written anything. */
const untilStarted = (session: UserSession, count: number) =>
  eventually(
    Effect.sync(() => FIXTURES.map(name => started(session, name).length)),
    counts => counts.every(each => each >= count),
  )

const environment = (session: UserSession) =>
  Effect.map(
    session.systemctl("show-environment", "--output=json"),
    ({ stdout }): Readonly<Record<string, string>> => JSON.parse(stdout),
  )

/** What this is about: other services of the session set variables of their own, such as SSH_AUTH_SOCK. */
const ours = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(variables).filter(([name]) => /^(SWAYSOCK|I3SOCK|WAYLAND_DISPLAY|DISPLAY|XDG_.*|OTHER)$/.test(name)),
  )

const state = (session: UserSession, unit: string) => session.show(unit, "ActiveState")

const untilActive = (session: UserSession, ...units: ReadonlyArray<string>) =>
  Effect.forEach(units, unit => eventually(state(session, unit), each => each === "active"), { discard: true })

const untilInactive = (session: UserSession, ...units: ReadonlyArray<string>) =>
  Effect.forEach(units, unit => eventually(state(session, unit), each => each === "inactive"), { discard: true })

const untilGone = (pid: number) =>
  eventually(
    Effect.sync(() => existsSync(`/proc/${pid}/fd/0`)),
    exists => !exists,
  )

/** Kills a `session run` with its guard, so that nobody goes on with the session. */
const killWithGuard = (
  session: UserSession,
  run: { readonly pid: number; readonly exited: Effect.Effect<unknown, HarnessError> },
) =>
  Effect.gen(function* () {
    const guard = `i3pm-session-guard-${run.pid}.service`
    yield* untilActive(session, guard)
    yield* session.systemctl("kill", "--signal=KILL", guard)
    yield* eventually(state(session, guard), each => each !== "active")
    process.kill(run.pid, "SIGKILL")
    yield* run.exited
  })

/** A session with i3pm's units and two services of the user's, and the program. */
const setUp = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  const installed = yield* i3pm("units", "install")
  assert.strictEqual(installed.code, 0, installed.stderr)
  for (const name of FIXTURES) yield* session.writeUnit(name, swayOnlyService(name))
  yield* session.systemctl("enable", ...FIXTURES)
  const config = `${swayConfig}exec "${process.execPath}" "${entry}" session run\n`
  return { session, entry, i3pm, config }
})

const ALL = ["i3-project-daemon.service", ...FIXTURES]

describeWith([...swayTools, ...sessionTools, "node"], "session run", () => {
  it.scopedLive(
    "ends everything with a killed sway, and has everything back with the next one",
    () =>
      Effect.gen(function* () {
        const { config, session } = yield* setUp
        const before = yield* environment(session)
        const first = yield* session.startSway({ config })
        yield* untilActive(session, TARGET, "graphical-session.target", ...ALL)
        const during = yield* environment(session)
        assert.strictEqual(during["SWAYSOCK"], first.socketPath)
        assert.strictEqual(during["I3SOCK"], first.socketPath)
        assert.isTrue(existsSync(`${session.runtimeDir}/${during["WAYLAND_DISPLAY"]}`))
        yield* untilStarted(session, 1)
        for (const name of FIXTURES) assert.deepStrictEqual(started(session, name), [first.socketPath])
        yield* eventually(
          health(session.runtimeDir),
          ({ socket_path, status }) => status === "healthy" && socket_path === first.socketPath,
        )

        yield* first.kill("SIGKILL")
        yield* untilInactive(session, TARGET, ...ALL)
        yield* eventually(environment(session), each => each["SWAYSOCK"] === undefined)
        yield* eventually(
          Effect.sync(() => existsSync(`${session.runtimeDir}/i3pm-session.json`)),
          there => !there,
        )
        assert.deepStrictEqual(ours(yield* environment(session)), ours(before))

        const second = yield* session.startSway({ config })
        yield* untilActive(session, TARGET, ...ALL)
        yield* untilStarted(session, 2)
        for (const name of FIXTURES) {
          assert.deepStrictEqual(started(session, name), [first.socketPath, second.socketPath])
        }
        const healthy = yield* eventually(health(session.runtimeDir), ({ status }) => status === "healthy")
        assert.strictEqual(healthy.socket_path, second.socketPath)
        yield* second.kill("SIGTERM")
        yield* untilInactive(session, TARGET, "graphical-session.target", ...ALL)
      }),
    120_000,
  )

  it.scopedLive("has a session although the settings are wrong, and diagnose session names them", () =>
    Effect.gen(function* () {
      const { config, i3pm, session } = yield* setUp
      mkdirSync(`${session.configHome}/i3pm`)
      writeFileSync(`${session.configHome}/i3pm/config.toml`, 'log_level = "loud"\n')
      yield* session.startSway({ config })
      yield* untilActive(session, TARGET, ...FIXTURES)
      const found = yield* i3pm("diagnose", "session")
      assert.strictEqual(found.code, 1)
      assert.include(found.stdout, "the settings are wrong, line 1: log_level")
    }),
  )

  it.scopedLive(
    "takes over what a session run that was killed has left behind",
    () =>
      Effect.gen(function* () {
        const { config, entry, session } = yield* setUp
        const first = yield* session.startSway()
        const run = yield* session.spawn(process.execPath, [entry, "session", "run", "--env", "LEFT_BEHIND"], {
          env: { SWAYSOCK: first.socketPath, WAYLAND_DISPLAY: "wayland-9", LEFT_BEHIND: "yes" },
        })
        yield* untilActive(session, TARGET, ...ALL)
        yield* killWithGuard(session, run)
        yield* first.kill("SIGKILL")
        yield* first.exited
        assert.strictEqual((yield* environment(session))["LEFT_BEHIND"], "yes")

        const second = yield* session.startSway({ config })
        yield* untilStarted(session, 2)
        for (const name of FIXTURES) assert.strictEqual(started(session, name)[1], second.socketPath)
        const now = yield* environment(session)
        assert.strictEqual(now["SWAYSOCK"], second.socketPath)
        assert.notStrictEqual(now["WAYLAND_DISPLAY"], "wayland-9")
        assert.isUndefined(now["LEFT_BEHIND"])
      }),
    120_000,
  )

  it.scopedLive(
    "clears what a killed session run has left behind, even when it is told to end while it ends the stale session",
    () =>
      Effect.gen(function* () {
        const { entry, session } = yield* setUp
        const stubborn = `${swayOnlyService("stubborn")}`
          .replace(/^ExecStart=.*$/m, "ExecStart=/bin/sh -c 'trap \"\" TERM; sleep infinity & while :; do wait; done'")
          .replace("[Install]", "TimeoutStopSec=3\n[Install]")
        yield* session.writeUnit("stubborn.service", stubborn)
        yield* session.systemctl("enable", "stubborn.service")
        const before = yield* environment(session)
        const first = yield* session.startSway()
        const runOn = (socket: string, ...args: ReadonlyArray<string>) =>
          session.spawn(process.execPath, [entry, "session", "run", ...args], {
            env: { SWAYSOCK: socket, WAYLAND_DISPLAY: "wayland-9", OTHER: "left" },
          })
        const killed = yield* runOn(first.socketPath, "--env", "OTHER")
        yield* untilActive(session, TARGET, "stubborn.service")
        yield* killWithGuard(session, killed)
        yield* first.kill("SIGKILL")
        yield* first.exited
        const second = yield* session.startSway()
        const interrupted = yield* runOn(second.socketPath)
        yield* eventually(Effect.sync(interrupted.stderr.text), text =>
          text.includes("still runs for a compositor that has exited"),
        )
        yield* interrupted.kill("SIGTERM")
        yield* interrupted.finished
        assert.deepStrictEqual(ours(yield* environment(session)), ours(before))
      }),
    120_000,
  )

  it.scopedLive(
    "is not misled by a configuration that imports the variables first, as Debian's own does",
    () =>
      Effect.gen(function* () {
        const { entry, session } = yield* setUp
        const imports = "systemctl --user import-environment SWAYSOCK WAYLAND_DISPLAY"
        const run = `"${process.execPath}" "${entry}" session run`
        const config = `${swayConfig}exec sh -c '${imports}; echo $$$$ > "${session.home}/run.pid"; exec ${run}'\n`
        const first = yield* session.startSway({ config })
        yield* untilActive(session, TARGET, ...ALL)
        const pid = Number(readFileSync(`${session.home}/run.pid`, "utf8"))
        yield* killWithGuard(session, { pid, exited: untilGone(pid) })
        yield* first.kill("SIGKILL")
        yield* first.exited

        const second = yield* session.startSway({ config })
        yield* untilStarted(session, 2)
        for (const name of FIXTURES) assert.strictEqual(started(session, name)[1], second.socketPath)
        yield* untilActive(session, TARGET, ...ALL)
        yield* second.kill("SIGKILL")
        yield* untilInactive(session, TARGET, ...ALL)
        yield* eventually(
          environment(session),
          each => each["SWAYSOCK"] === undefined && each["WAYLAND_DISPLAY"] === undefined,
        )
      }),
    120_000,
  )

  it.scopedLive("starts a target again that was stopped by hand, when it is run once more", () =>
    Effect.gen(function* () {
      const { entry, i3pm, session } = yield* setUp
      const sway = yield* session.startSway()
      yield* session.spawn(process.execPath, [entry, "session", "run", "--socket", sway.socketPath])
      yield* untilActive(session, TARGET, ...ALL)
      yield* session.systemctl("stop", TARGET)
      yield* untilInactive(session, TARGET, ...ALL)
      const again = yield* i3pm("session", "run", "--socket", sway.socketPath)
      assert.strictEqual(again.code, 0)
      assert.include(again.stderr, "was stopped: started again")
      yield* untilActive(session, TARGET, ...ALL)
    }),
  )

  it.scopedLive("gives services and its successor the whole path of a socket that was named by a relative one", () =>
    Effect.gen(function* () {
      const { entry, session } = yield* setUp
      const sway = yield* session.startSway()
      const { dir, base } = parse(sway.socketPath)
      const program = `cd '${dir}' && exec '${process.execPath}' '${entry}' session run --socket ${base}`
      const run = yield* session.spawn("sh", ["-c", program])
      yield* untilActive(session, ...ALL)
      assert.deepInclude(yield* environment(session), { SWAYSOCK: sway.socketPath, I3SOCK: sway.socketPath })
      yield* untilStarted(session, 1)
      assert.deepStrictEqual(started(session, FIXTURES[0] ?? ""), [sway.socketPath])
      process.kill(run.pid, "SIGKILL")
      const record = () => readFileSync(`${session.runtimeDir}/i3pm-session.json`, "utf8")
      yield* eventually(Effect.sync(record), text => JSON.parse(text).pid !== run.pid)
      assert.strictEqual(JSON.parse(record()).socket, sway.socketPath)
    }),
  )

  it.scopedLive(
    "leaves another live compositor's session alone, and says whose it is; its own a second time is no error",
    () =>
      Effect.gen(function* () {
        const { entry, i3pm, session } = yield* setUp
        const first = yield* session.startSway()
        const second = yield* session.startSway()
        const run = yield* session.spawn(process.execPath, [entry, "session", "run", "--socket", first.socketPath])
        yield* untilActive(session, TARGET, ...ALL)
        const refused = yield* i3pm("session", "run", "--socket", second.socketPath)
        assert.strictEqual(refused.code, 1)
        assert.include(refused.stderr, `the session belongs to another running compositor, ${first.socketPath}`)
        assert.strictEqual(refused.stderr.trim().split("\n").length, 1)
        const again = yield* i3pm("session", "run", "--socket", first.socketPath)
        assert.strictEqual(again.code, 0)
        assert.include(again.stderr, "already running")
        assert.strictEqual((yield* environment(session))["SWAYSOCK"], first.socketPath)

        // Stopped, it is still alive; and without its keeper, the session is still its own.
        yield* first.kill("SIGSTOP")
        assert.strictEqual((yield* i3pm("session", "run", "--socket", second.socketPath)).code, 1)
        yield* killWithGuard(session, run)
        assert.strictEqual((yield* i3pm("session", "run", "--socket", second.socketPath)).code, 1)
        yield* first.kill("SIGCONT")
        assert.strictEqual(yield* state(session, TARGET), "active")
      }),
    120_000,
  )

  it.scopedLive(
    "puts everything away when it is told to end, and clears only what it has set",
    () =>
      Effect.gen(function* () {
        const { entry, session } = yield* setUp
        yield* session.systemctl("set-environment", "XDG_SESSION_TYPE=wayland", "OTHER=stays")
        const before = yield* environment(session)
        const sway = yield* session.startSway()
        const run = yield* session.spawn(process.execPath, [entry, "session", "run"], {
          env: { SWAYSOCK: sway.socketPath, WAYLAND_DISPLAY: "wayland-1", XDG_SESSION_TYPE: "wayland" },
        })
        yield* untilActive(session, TARGET, ...ALL)
        yield* run.kill("SIGTERM")
        assert.strictEqual((yield* run.finished).code, 0)
        assert.strictEqual(yield* state(session, TARGET), "inactive")
        for (const unit of ALL) assert.strictEqual(yield* state(session, unit), "inactive", unit)
        assert.deepStrictEqual(ours(yield* environment(session)), ours(before))
        assert.isFalse(sway.isGone())
      }),
    120_000,
  )

  it.scopedLive("says in one line that there is no user manager, no bus or no unit, and sway lives on", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      const entry = yield* stageBundle
      const sway = yield* session.startSway()
      const runIn = (env: Readonly<Record<string, string>>) =>
        session.run("env", [
          ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
          process.execPath,
          ...[entry, "session", "run", "--socket", sway.socketPath],
        ])
      const lonely = yield* makeRuntimeDir
      const before = yield* environment(session)
      for (const [env, message] of [
        [{ XDG_RUNTIME_DIR: lonely, DBUS_SESSION_BUS_ADDRESS: "" }, noUserManager],
        [{ DBUS_SESSION_BUS_ADDRESS: `unix:path=${lonely}/bus` }, "there is no session bus"],
        [{ PATH: lonely }, "there is no systemd here"],
        [{}, "has no sway-session.target: install it with i3pm units install"],
      ] as const) {
        const { code, stderr } = yield* runIn(env)
        assert.strictEqual(code, 1, message)
        assert.include(stderr, message)
        assert.strictEqual(stderr.trim().split("\n").length, 1, stderr)
      }
      assert.deepStrictEqual(yield* environment(session), before)
      assert.isFalse(sway.isGone())
    }),
  )
})
