/** The daemon as a unit of a real `systemd --user`: ready, watched, restarted, reloaded, stopped. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import { health } from "../support/daemon.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { makeScratchDir, stageBundle } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"
import { reloadFailed } from "../support/wording.ts"

const UNIT = "i3-project-daemon.service"
const TARGET = "sway-session.target"

const state = (session: UserSession) => session.show(UNIT, "ActiveState")
const mainPid = (session: UserSession) => Effect.map(session.show(UNIT, "MainPID"), Number)

/** i3pm's units with the daemon running; in the test the watchdog bites after two seconds instead of twenty. */
const setUp = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const installed = yield* session.run(process.execPath, [entry, "units", "install"])
  assert.strictEqual(installed.code, 0, installed.stderr)
  yield* session.writeUnit(`${UNIT}.d/test.conf`, "[Service]\nWatchdogSec=2\nTimeoutStopSec=2\nRestartSec=100ms\n")
  const { code, stderr } = yield* session.systemctl("start", TARGET)
  assert.strictEqual(code, 0, stderr)
  yield* eventually(state(session), each => each === "active")
  return { session, entry }
})

/** Waits until another process is the daemon, and it answers. */
const untilAnother = (session: UserSession, before: number) =>
  Effect.zipRight(
    eventually(mainPid(session), pid => pid > 0 && pid !== before),
    eventually(Effect.either(health(session.runtimeDir)), answer => answer._tag === "Right"),
  )

describeWith([...swayTools, ...sessionTools, "node"], "the daemon's unit", () => {
  it.scopedLive("is ready when it answers, and its status is the health in words", () =>
    Effect.gen(function* () {
      const { session } = yield* setUp
      assert.strictEqual((yield* health(session.runtimeDir)).status, "disconnected")
      yield* eventually(session.show(UNIT, "StatusText"), text => text.startsWith("disconnected: "))
      const sway = yield* session.startSway()
      yield* eventually(
        session.show(UNIT, "StatusText"),
        text => text.startsWith("healthy: sway ") && text.includes(` (pid ${sway.pid}) at ${sway.socketPath}`),
      )
      yield* sway.kill("SIGSTOP")
      yield* eventually(session.show(UNIT, "StatusText"), text => text.startsWith("stale: sway"))
      assert.notMatch(yield* session.journal(UNIT), /\(node:\d+\)/, "Node warns of nothing")
    }),
  )

  it.scopedLive(
    "is restarted by its watchdog when it is stopped, and by systemd when it is killed",
    () =>
      Effect.gen(function* () {
        const { session } = yield* setUp
        for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
          const before = yield* mainPid(session)
          process.kill(before, signal)
          yield* untilAnother(session, before)
        }
        const journal = yield* session.journal(UNIT)
        assert.match(journal, /Watchdog timeout/)
        assert.strictEqual(yield* session.show(UNIT, "NRestarts"), "2")
      }),
    60_000,
  )

  it.scopedLive(
    "lives on under its watchdog, whatever sway does",
    () =>
      Effect.gen(function* () {
        const { session } = yield* setUp
        const sway = yield* session.startSway()
        yield* eventually(health(session.runtimeDir), ({ status }) => status === "healthy")
        yield* sway.kill("SIGSTOP")
        const before = yield* mainPid(session)
        const pinged = session.show(UNIT, "WatchdogTimestampMonotonic")
        let last = yield* pinged
        // Ten pings are more than three times the watchdog's time.
        for (let ping = 0; ping < 10; ping += 1) last = yield* eventually(pinged, each => each !== last)
        assert.strictEqual(yield* mainPid(session), before)
        assert.strictEqual(yield* session.show(UNIT, "NRestarts"), "0")
      }),
    60_000,
  )

  it.scopedLive("reads its settings anew on reload, and keeps the old ones where the new are wrong", () =>
    Effect.gen(function* () {
      const { session } = yield* setUp
      const before = yield* mainPid(session)
      const configure = (text: string) =>
        Effect.gen(function* () {
          mkdirSync(`${session.configHome}/i3pm`, { recursive: true })
          writeFileSync(`${session.configHome}/i3pm/config.toml`, text)
          assert.strictEqual((yield* session.systemctl("reload", UNIT)).code, 0)
          yield* eventually(state(session), each => each === "active")
        })
      const sway = yield* session.startSway()
      yield* eventually(health(session.runtimeDir), ({ status }) => status === "healthy")
      yield* configure('probe_interval = "often"\n')
      yield* eventually(session.journal(UNIT), text => text.includes(`${reloadFailed}: probe_interval`))
      const second = yield* session.startSway()
      yield* configure(`socket = "${second.socketPath}"\n`)
      yield* eventually(health(session.runtimeDir), ({ socket_path }) => socket_path === second.socketPath)
      yield* configure("")
      const back = yield* health(session.runtimeDir)
      assert.strictEqual(back.status, "healthy", `a compositor that works is not left: ${sway.socketPath}`)
      assert.strictEqual(yield* mainPid(session), before)
    }),
  )

  it.scopedLive("ends within two seconds on stop, with no file and no failure left", () =>
    Effect.gen(function* () {
      const { session } = yield* setUp
      const before = readdirSync(session.runtimeDir).filter(name => name !== "i3-project-daemon")
      const { code } = yield* session.systemctl("stop", UNIT)
      assert.strictEqual(code, 0)
      // systemd itself would have killed it after the two seconds of TimeoutStopSec=, and said so.
      assert.strictEqual(yield* session.show(UNIT, "Result"), "success")
      assert.strictEqual(yield* session.show(UNIT, "ExecMainStatus"), "0")
      assert.isFalse(existsSync(`${session.runtimeDir}/i3-project-daemon`))
      assert.sameMembers(readdirSync(session.runtimeDir), before)
    }),
  )
})

describeWith([...swayTools, ...sessionTools, "node"], "a daemon that was started by hand", () => {
  it.scopedLive(
    "lives on beside a unit that can not start for it",
    () =>
      Effect.gen(function* () {
        const session = yield* startUserSession
        const entry = yield* stageBundle
        // systemd empties runtime directories on a tmpfs, where real ones are, and spares those on a disk.
        yield* session.run(process.execPath, [entry, "units", "install"])
        // It is started again until systemd gives it up, with a second between and within ten seconds; neither is tested.
        yield* session.writeUnit(
          `${UNIT}.d/soon.conf`,
          "[Unit]\nStartLimitIntervalSec=600\n[Service]\nRestartSec=50ms\n",
        )
        const byHand = yield* session.spawn(process.execPath, [entry, "daemon"])
        yield* eventually(Effect.either(health(session.runtimeDir)), answer => answer._tag === "Right")
        yield* session.systemctl("start", TARGET)
        yield* eventually(state(session), each => each === "failed")
        assert.strictEqual(yield* session.show(UNIT, "RuntimeDirectoryPreserve"), "yes")
        yield* health(session.runtimeDir)
        assert.isFalse(byHand.isGone())
        assert.strictEqual(byHand.stdout.text(), "")
        const fatal = (yield* session.journalEntries(UNIT)).find(({ message }) => message.includes("already listens"))
        assert.deepInclude(fatal, { priority: 3 })
      }),
    60_000,
  )
})

/** A bundle of a test program that the test uid can read. */
const bundle = (source: string) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const outfile = `${directory}/program.mjs`
    yield* Effect.promise(() =>
      build({
        entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        logLevel: "warning",
      }),
    )
    return outfile
  })

/** Does for a program what `OpenFile=…:notify` does, which systemd 252 does not have: an open datagram socket as descriptor 3. */
const withDescriptor = `use Socket; use POSIX; $^F = 10;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
connect($s, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die $!;
POSIX::dup2(fileno($s), 3) or die $!;
@ENV{"LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID"} = (1, "notify", $$);
exec @ARGV or die $!;
`

describeWith([...sessionTools, "node"], "systemd's notify socket", () => {
  it.scopedLive("is opened for the daemon by OpenFile= where systemd knows it, and no child process is needed", () =>
    Effect.gen(function* () {
      const { session } = yield* setUp
      const { stdout } = yield* session.run("systemctl", ["--version"])
      const opens = Number(/^systemd (\d+)/.exec(stdout)?.[1]) >= 253
      const environment = readFileSync(`/proc/${yield* mainPid(session)}/environ`, "latin1").split("\0")
      const unit = readFileSync(`${session.unitDir}/${UNIT}`, "utf8")
      assert.strictEqual(unit.includes(`\nOpenFile=${session.runtimeDir}/systemd/notify:notify:graceful\n`), opens)
      assert.strictEqual(environment.includes("LISTEN_FDNAMES=notify"), opens)
      // Without systemd-notify: a watchdog that is told something still, and a status that follows.
      const pinged = session.show(UNIT, "WatchdogTimestampMonotonic")
      const first = yield* pinged
      yield* eventually(pinged, each => each !== first)
      const entries = yield* session.journalEntries(UNIT)
      assert.deepStrictEqual(
        entries.filter(({ message }) => message.includes("watchdog ping withheld")),
        [],
      )
    }),
  )
})

describeWith([...sessionTools, "node"], "WATCHDOG=1", () => {
  for (const [how, count] of [
    // More than the kernel queues on a datagram socket: none is lost while the manager is slow.
    ["descriptor", 2_000],
    ["systemd-notify", 50],
  ] as const) {
    it.scopedLive(
      `is accepted ${count} times in a row through ${how}`,
      () =>
        Effect.gen(function* () {
          const session = yield* startUserSession
          const program = yield* bundle("../support/watchdog-pings.ts")
          const launcher = `${session.home}/launcher.pl`
          writeFileSync(launcher, withDescriptor, { mode: 0o644 })
          const command = [
            ...(how === "descriptor" ? ["/usr/bin/perl", launcher] : []),
            process.execPath,
            program,
            count,
          ]
          yield* session.writeUnit(
            "pings.service",
            `[Service]\nType=notify\nNotifyAccess=all\nWatchdogSec=20\nExecStart=${command.join(" ")}\n`,
          )
          // At this level the manager says of each message that it has got it.
          yield* session.systemctl("log-level", "debug")
          yield* session.systemctl("start", "pings.service")
          yield* eventually(session.show("pings.service", "StatusText"), text => text === `sent ${count}`, 60_000)
          yield* session.systemctl("log-level", "info")
          const entries = yield* session.journalEntries("pings.service")
          const accepted = entries.filter(({ message }) => /Got notification message .*WATCHDOG=1/.test(message))
          assert.strictEqual(accepted.length, count)
        }),
      90_000,
    )
  }
})
