/** The relay under its sockets, with a real `systemd --user`: what a restart, a stop and a crash of it mean for its clients. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { relaySocketIn, restrictedSocketIn } from "../../src/layers/system/relayPaths.ts"
import { busEnvironment } from "../support/busEnvironment.ts"
import { swayConfig } from "../support/Desktop.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { connect } from "../support/rawIpc.ts"
import { stageBundle, TEST_UID } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const RELAY = "i3pm-relay.service"
const SOCKET = "i3pm-relay.socket"
const KIOSK = "i3pm-relay@kiosk.socket"

const TARGET = "sway-session.target"

const config = '[relay.sockets.kiosk]\npreset = "read-only"\n'

/** A user session with i3pm's units. */
const setUp = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  const install = Effect.gen(function* () {
    const { code, stderr, stdout } = yield* i3pm("units", "install")
    assert.strictEqual(code, 0, stderr)
    return stdout
  })
  const main = relaySocketIn(session.runtimeDir)
  const swaymsg = (path: string, ...args: ReadonlyArray<string>) => session.run("swaymsg", ["-s", path, ...args])
  const works = (path: string) => Effect.map(swaymsg(path, "-t", "get_version"), ({ code }) => code === 0)
  const systemctl = (...args: ReadonlyArray<string>) =>
    Effect.map(session.systemctl(...args), ({ code, stderr }) => assert.strictEqual(code, 0, stderr))
  return { session, entry, i3pm, install, main, swaymsg, works, systemctl }
})

const mainPid = (session: UserSession) => Effect.map(session.show(RELAY, "MainPID"), Number)

describeWith([...swayTools, ...sessionTools, "node"], "the relay's units", () => {
  it.scopedLive(
    "start the relay for the first client, and who connects while it restarts or is stopped waits and is served",
    () =>
      Effect.gen(function* () {
        const { install, main, session, systemctl, works } = yield* setUp
        assert.include(yield* install, SOCKET)
        assert.strictEqual(yield* session.show(SOCKET, "ActiveState"), "active")
        assert.strictEqual(yield* session.show(RELAY, "ActiveState"), "inactive")
        yield* session.startSway()
        yield* eventually(works(main), is => is)
        assert.strictEqual(yield* session.show(RELAY, "ActiveState"), "active")

        // The new relay does not listen yet when systemctl returns. This client waits for as long as it takes; swaymsg waits for 3 s.
        for (const how of ["restart", "stop", "kill --signal=KILL"]) {
          const before = yield* mainPid(session)
          yield* systemctl(...how.split(" "), RELAY)
          const client = yield* connect(main)
          assert.deepInclude(yield* client.request("get_version"), { major: 1 }, how)
          assert.notStrictEqual(yield* mainPid(session), before, how)
        }
        assert.isTrue(existsSync(main))
      }),
    90_000,
  )

  it.scopedLive(
    "listen on a restricted socket, which no other name opens, and refuse the clients of one without settings",
    () =>
      Effect.gen(function* () {
        const { install, main, session, swaymsg, systemctl, works } = yield* setUp
        mkdirSync(`${session.configHome}/i3pm`)
        writeFileSync(`${session.configHome}/i3pm/config.toml`, config)
        const kiosk = restrictedSocketIn(session.runtimeDir, "kiosk")
        const witness = `${session.runtimeDir}/ran`
        yield* install
        yield* systemctl("enable", "--now", KIOSK, "i3pm-relay@other.socket", "i3pm-relay@default.socket")
        yield* session.startSway()
        yield* eventually(works(kiosk), is => is)
        const refused = yield* swaymsg(kiosk, "exec", `touch ${witness}`)
        assert.strictEqual(refused.code, 2, refused.stdout)
        for (const name of ["other", "default"]) {
          assert.isFalse(yield* works(restrictedSocketIn(session.runtimeDir, name)), name)
        }
        yield* eventually(works(main), is => is)
        assert.isFalse(existsSync(witness))
        assert.include(yield* session.journal(RELAY), "[relay.sockets.other]")
        // The settings open it without a restart, and close the one that they no longer have; systemd goes on to listen for both.
        writeFileSync(`${session.configHome}/i3pm/config.toml`, config.replace("kiosk", "other"))
        yield* systemctl("reload", RELAY)
        yield* eventually(works(restrictedSocketIn(session.runtimeDir, "other")), is => is)
        assert.isFalse(yield* works(kiosk))
        assert.strictEqual(yield* session.show(KIOSK, "ActiveState"), "active")
      }),
    90_000,
  )

  it.scopedLive(
    "never displace a compositor that has bound the relay's path, and say so",
    () =>
      Effect.gen(function* () {
        const { i3pm, install, main, session, swaymsg, systemctl, works } = yield* setUp
        yield* session.run("mkdir", ["-m", "700", `${session.runtimeDir}/i3pm`])
        const trapped = yield* session.startSway({ env: { SWAYSOCK: main } })
        assert.strictEqual(trapped.socketPath, main)
        assert.include(yield* install, "i3pm relay check says what is in its way")
        assert.strictEqual(yield* session.show(SOCKET, "ActiveState"), "failed")
        assert.match(yield* session.journal(SOCKET), /sway \(pid \d+\) listens on \S+relay\.sock: .*SWAYSOCK/)
        const check = yield* i3pm("relay", "check")
        assert.deepInclude(check, { code: 1, stdout: "" })
        assert.include(check.stderr, `pid ${trapped.pid}`)
        assert.strictEqual((yield* swaymsg(main, "-t", "get_version")).code, 0, "it is the compositor's still")
        yield* trapped.kill("SIGKILL")
        yield* trapped.exited
        yield* systemctl("start", SOCKET)
        // The other direction: while the relay's socket is there, a sway with the same variable takes its usual name.
        const free = yield* session.startSway({ env: { SWAYSOCK: main } })
        assert.isTrue(existsSync(`${session.runtimeDir}/sway-ipc.${TEST_UID}.${free.pid}.sock`))
        yield* eventually(works(main), is => is)
        yield* free.kill("SIGTERM")
        yield* free.exited
        assert.isTrue(existsSync(main), "it does not take the relay's socket with it")
      }),
    90_000,
  )

  it.scopedLive("do not start beside a relay that runs by hand, nor it beside them", () =>
    Effect.gen(function* () {
      const { entry, i3pm, install, main, session, systemctl, works } = yield* setUp
      const byHand = yield* session.spawn(process.execPath, [entry, "relay"], { farewell: "SIGTERM" })
      yield* eventually(
        Effect.sync(() => existsSync(main)),
        is => is,
      )
      yield* install
      assert.strictEqual(yield* session.show(SOCKET, "ActiveState"), "failed")
      assert.include(yield* session.journal(SOCKET), `another relay (pid ${byHand.pid})`)
      yield* byHand.kill("SIGTERM")
      yield* byHand.exited
      yield* systemctl("start", SOCKET)
      const second = yield* i3pm("relay")
      assert.strictEqual(second.code, 1)
      assert.match(second.stderr, /i3pm-relay\.socket of systemd \(pid \d+\) already listens on/)
      yield* session.startSway()
      yield* eventually(works(main), is => is)
    }),
  )

  it.scopedLive(
    "are what services connect to with session.relay, whoever imports SWAYSOCK later, and stay so when the session ends",
    () =>
      Effect.gen(function* () {
        const { entry, install, main, session } = yield* setUp
        mkdirSync(`${session.configHome}/i3pm`)
        writeFileSync(`${session.configHome}/i3pm/config.toml`, "[session]\nrelay = true\n")
        yield* install
        // As soon as session run has set the relay's path, another line imports Sway's own.
        const importing = `${session.home}/import.sh`
        const isSet = `systemctl --user show-environment | grep -q ^SWAYSOCK=${main}`
        const imported = `${session.home}/imported`
        const importLine = `systemctl --user import-environment SWAYSOCK && echo $SWAYSOCK >${imported}.new && mv ${imported}.new ${imported}`
        writeFileSync(importing, `until ${isSet}; do :; done\n${importLine}\n`)
        const lines = `exec "${process.execPath}" "${entry}" session run\nexec sh ${importing}\n`
        const sway = yield* session.startSway({ config: `${swayConfig}${lines}` })
        const environment = Effect.map(
          session.systemctl("show-environment", "--output=json"),
          ({ stdout }): Readonly<Record<string, string>> => JSON.parse(stdout),
        )
        yield* eventually(
          Effect.sync(() => existsSync(imported)),
          is => is,
        )
        assert.strictEqual(readFileSync(imported, "utf8"), `${sway.socketPath}\n`)
        const during = yield* eventually(environment, each => each["SWAYSOCK"] === main)
        assert.strictEqual(during["I3SOCK"], main)
        assert.isString(during["WAYLAND_DISPLAY"])
        yield* sway.kill("SIGKILL")
        yield* eventually(session.show(TARGET, "ActiveState"), state => state === "inactive")
        const left = yield* eventually(environment, each => each["WAYLAND_DISPLAY"] === undefined)
        assert.deepInclude(left, { SWAYSOCK: main, I3SOCK: main })
        // The next sway finds the relay's path in the environment of its service manager, and has a session of its own.
        yield* session.startSway({ config: `${swayConfig}exec "${process.execPath}" "${entry}" session run\n` })
        yield* eventually(session.show(TARGET, "ActiveState"), state => state === "active")
        assert.strictEqual((yield* environment)["SWAYSOCK"], main)
      }),
    90_000,
  )

  it.scopedLive(
    "are left by units uninstall with the names of who was connected, and without variables that name the relay",
    () =>
      Effect.gen(function* () {
        const { i3pm, install, main, session } = yield* setUp
        yield* install
        yield* session.run("dbus-update-activation-environment", ["--systemd", `SWAYSOCK=${main}`, `I3SOCK=${main}`])
        assert.strictEqual((yield* busEnvironment(session)).get("SWAYSOCK"), main)
        yield* session.startSway()
        const client = yield* session.spawn("swaymsg", ["-s", main, "-m", "-t", "subscribe", '["tick"]'])
        yield* eventually(Effect.sync(client.stdout.text), text => text.includes('"first": true'))
        const { code, stderr } = yield* i3pm("units", "uninstall")
        assert.strictEqual(code, 0, stderr)
        assert.include(stderr, `swaymsg (pid ${client.pid})`)
        assert.include(stderr, "cleared SWAYSOCK and I3SOCK")
        const left = yield* session.systemctl("show-environment")
        assert.notMatch(left.stdout, /^(?:SWAYSOCK|I3SOCK)=/m)
        // A variable of the bus cannot be unset, only emptied.
        const onBus = yield* busEnvironment(session)
        assert.deepStrictEqual([onBus.get("SWAYSOCK"), onBus.get("I3SOCK")], ["", ""])
      }),
  )
})
