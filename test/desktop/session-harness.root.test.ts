/** What the tests of a user session take for granted: a real manager, bus and journal, of their own, and nothing left of it. */

import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { vi } from "vitest"
import { cgroupHierarchies } from "../support/cgroups.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { isRunning, untilEnded } from "../support/processes.ts"
import { request } from "../support/rawIpc.ts"
import { spawnAs } from "../support/Spawn.ts"
import { holdSession } from "../support/sessionHolder.ts"
import { makeRuntimeDir, makeScratchDir, TEST_UID } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const processIds = () => fs.readdirSync("/proc").filter(entry => /^\d+$/.test(entry))

const namespaceOf = (pid: number | string) => {
  try {
    return fs.readlinkSync(`/proc/${pid}/ns/mnt`)
  } catch {
    return ""
  }
}

/** While it is open, no other mount namespace gets the number of this one. */
const pinNamespace = (pid: number) =>
  Effect.acquireRelease(
    Effect.sync(() => fs.openSync(`/proc/${pid}/ns/mnt`, "r")),
    descriptor => Effect.sync(() => fs.closeSync(descriptor)),
  )

/** Where a session mounts: what others mount elsewhere while a test runs is not its business. */
const mountPoints = /^\S+ (?:\/run|\/var\/log\/journal|\/etc\/\S+) /

const mounts = () =>
  fs
    .readFileSync("/proc/self/mounts", "latin1")
    .split("\n")
    .filter(line => mountPoints.test(line))

const namesIn = (text: string) => text.split("\n").flatMap(line => (/^\w+(?==)/.exec(line) ?? []).slice(0, 1))

/** What the harness of a session starts from. */
const bareOptions = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const home = yield* makeScratchDir
  return { runtimeDir, home, env: { PATH: "/usr/bin:/bin", XDG_RUNTIME_DIR: runtimeDir, HOME: home } }
})

/** Starts a unit that must start. */
const start = ({ systemctl }: UserSession, unit: string) =>
  Effect.map(systemctl("start", unit), ({ code, stderr }) => assert.strictEqual(code, 0, stderr))

/**
 * A unit that runs one command. It remains, so that the manager still knows the process by which the journal finds what it
 * printed: a unit that has ended may be unloaded at once.
 */
const oneshot = (command: string) => `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=${command}\n`

describeWith(sessionTools, "a user session", () => {
  it.scopedLive("has a manager of the test uid, and all it wants is up", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      assert.strictEqual((yield* session.systemctl("is-system-running")).stdout, "running\n")
      assert.strictEqual(fs.statSync(`/proc/${session.managerPid}`).uid, TEST_UID)
      assert.strictEqual(fs.statSync(session.runtimeDir).mode, 0o40700)
      assert.strictEqual((yield* session.run("id", ["-un"])).stdout, `${session.env["USER"]}\n`)
      assert.isEmpty(fs.readdirSync(`${session.root}/etc/systemd/user`))
      assert.strictEqual((yield* session.run("no-such-command")).code, 127)
      const { code, stdout } = yield* session.run("sh", ["-c", "cat; pwd; exit 3"], { stdin: "in ", cwd: session.home })
      assert.deepStrictEqual([code, stdout], [3, `in ${session.home}\n`])
    }),
  )

  it.scopedLive("lets nothing of the caller's environment in", () =>
    Effect.gen(function* () {
      vi.stubEnv("I3PM_OF_THE_CALLER", "1")
      yield* Effect.addFinalizer(() => Effect.sync(() => void vi.unstubAllEnvs()))
      const session = yield* startUserSession
      const given = Object.keys(session.env)
      assert.sameMembers(namesIn((yield* session.run("env")).stdout), given)
      assert.sameMembers(namesIn((yield* session.systemctl("show-environment")).stdout), given)
      yield* session.writeUnit("environment.service", oneshot("/usr/bin/env"))
      yield* start(session, "environment.service")
      const names = namesIn(yield* session.journal("environment.service"))
      const ofSystemd = ["INVOCATION_ID", "JOURNAL_STREAM", "MANAGERPID", "SYSTEMD_EXEC_PID"]
      assert.isEmpty(names.filter(name => ![...given, ...ofSystemd].includes(name)))
      assert.includeMembers(names, given)
    }),
  )

  it.scopedLive("has a journal that knows priorities, units and what the manager says about them", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      yield* session.writeUnit(
        "speaks.service",
        oneshot('/bin/sh -c \'echo "<4>careful"; echo plain; echo "<3>bad" >&2\''),
      )
      yield* session.writeUnit("other.service", oneshot("/bin/echo not this one"))
      yield* start(session, "other.service")
      yield* start(session, "speaks.service")
      const entries = yield* session.journalEntries("speaks.service")
      assert.sameDeepMembers(
        entries
          .filter(({ fields }) => fields["_COMM"] !== "systemd")
          .map(({ message, priority }) => [message, priority]),
        [
          ["careful", 4],
          ["plain", 6],
          ["bad", 3],
        ],
      )
      assert.isTrue(entries.every(({ unit }) => unit === "speaks.service"))
      const text = yield* session.journal("speaks.service")
      assert.include(text, "Finished speaks.service")
      assert.notInclude(text, "not this one")
      assert.include(yield* session.journal(), "not this one")
    }),
  )

  it.scopedLive("runs timers, transient units and scopes", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      yield* session.writeUnit("tick.service", oneshot("/bin/echo fired"))
      yield* session.writeUnit("tick.timer", "[Timer]\nOnActiveSec=50ms\nAccuracySec=1ms\n")
      yield* start(session, "tick.timer")
      yield* eventually(session.journal("tick.service"), text => text.includes("fired"))
      assert.include((yield* session.systemctl("list-timers", "--all")).stdout, "tick.timer")

      const transient = yield* session.run("systemd-run", ["--user", "--wait", "--pipe", "--quiet", "id", "-u"])
      assert.deepStrictEqual([transient.code, transient.stdout], [0, `${TEST_UID}\n`])
      const scope = yield* session.run("systemd-run", ["--user", "--scope", "--unit=own", "cat", "/proc/self/cgroup"])
      assert.include(scope.stdout, "/app.slice/own.scope")
    }),
  )

  it.scopedLive("restarts a service whose watchdog is not fed", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      const feeds = "systemd-notify --ready; while :; do systemd-notify WATCHDOG=1; sleep 0.1; done"
      yield* session.writeUnit(
        "fed.service",
        `[Service]
Type=notify
NotifyAccess=all
ExecStart=/bin/sh -c '${feeds}'
WatchdogSec=1
WatchdogSignal=SIGKILL
Restart=on-failure
RestartSec=0
`,
      )
      yield* start(session, "fed.service")
      const first = Number(yield* session.show("fed.service", "MainPID"))
      assert.isTrue(isRunning(first))
      process.kill(first, "SIGSTOP")
      yield* eventually(session.show("fed.service", "NRestarts"), count => Number(count) > 0)
      yield* eventually(session.show("fed.service", "ActiveState"), state => state === "active")
      assert.notStrictEqual(Number(yield* session.show("fed.service", "MainPID")), first)
      assert.include(yield* session.journal("fed.service"), "Watchdog timeout")
    }),
  )

  it.scopedLive("has a session bus, and hands a variable of the manager to a service", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      const names = yield* session.run("busctl", ["--user", "--json=short", "list"])
      assert.deepInclude(
        JSON.parse(names.stdout).map(({ name }: { name: string }) => name),
        "org.freedesktop.systemd1",
      )
      const value = "two\nlines, 'quoted' \"twice\" $HOME"
      assert.strictEqual((yield* session.systemctl("set-environment", `SWAYSOCK=${value}`)).code, 0)
      yield* session.writeUnit("reads.service", oneshot("/usr/bin/printenv SWAYSOCK"))
      yield* start(session, "reads.service")
      const entries = yield* session.journalEntries("reads.service")
      assert.include(entries.map(({ message }) => message).join("\n"), value)
    }),
  )

  it.scopedLive("can be started twice at the same time, each with its own manager and journal", () =>
    Effect.gen(function* () {
      const [one, two] = yield* Effect.all([startUserSession, startUserSession], { concurrency: "unbounded" })
      yield* one.writeUnit("only.service", oneshot("/bin/echo in the first"))
      yield* start(one, "only.service")
      assert.include(yield* one.journal(), "in the first")
      assert.notInclude(yield* two.journal(), "in the first")
      assert.strictEqual((yield* two.systemctl("start", "only.service")).code, 5)
    }),
  )
})

describeWith([...sessionTools, ...swayTools], "sway in a user session", () => {
  it.scopedLive("runs there, and what it starts reaches the manager", () =>
    Effect.gen(function* () {
      const session = yield* startUserSession
      const sway = yield* session.startSway({ env: { XDG_CURRENT_DESKTOP: "sway" } })
      assert.strictEqual(namespaceOf(sway.pid), namespaceOf(session.managerPid))
      const line = "exec systemctl --user import-environment SWAYSOCK WAYLAND_DISPLAY XDG_CURRENT_DESKTOP"
      yield* request(sway.socketPath, "command", line)
      const { stdout } = yield* eventually(session.systemctl("show-environment"), ({ stdout }) =>
        stdout.includes("XDG_CURRENT_DESKTOP=sway"),
      )
      assert.include(stdout, `SWAYSOCK=${sway.socketPath}\n`)
    }),
  )
})

describeWith(sessionTools, "the end of a user session", () => {
  it.scopedLive("leaves neither process, nor cgroup, nor mount, nor file, whatever its processes do", () =>
    Effect.gen(function* () {
      const before = mounts()
      const outer = yield* Effect.scope
      const seen = yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* startUserSession
          yield* Scope.extend(pinNamespace(session.managerPid), outer)
          const stubborn = "[Service]\nExecStart=/bin/sh -c 'trap \"\" TERM; sleep 1000 & setsid sleep 1000 & wait'\n"
          yield* session.writeUnit("stubborn.service", stubborn)
          yield* start(session, "stubborn.service")
          yield* session.run("busctl", ["--user", "list"])
          const stopped = Number(yield* session.show("stubborn.service", "MainPID"))
          process.kill(stopped, "SIGSTOP")
          yield* session.writeUnit("away.service", "[Service]\nExecStart=/bin/sleep 1000\n")
          yield* start(session, "away.service")
          const away = yield* session.show("away.service", "MainPID")
          for (const root of cgroupHierarchies()) fs.writeFileSync(`${root}/cgroup.procs`, away)
          const namespace = namespaceOf(session.managerPid)
          const pids = processIds().filter(pid => namespaceOf(pid) === namespace)
          assert.includeMembers(pids.map(Number), [session.managerPid, stopped, Number(away)])
          return { ...session, namespace, pids: pids.map(Number) }
        }),
      )
      assert.isAtLeast(seen.pids.length, 8, "shell, journald, manager, dbus-daemon, and those of the units")
      yield* untilEnded(seen.pids)
      assert.isEmpty(processIds().filter(pid => namespaceOf(pid) === seen.namespace))
      assert.isEmpty([...seen.cgroups, seen.runtimeDir, seen.home].filter(name => fs.existsSync(name)))
      assert.deepStrictEqual(mounts(), before)
      assert.isFalse(fs.existsSync("/run/i3pm"))
    }),
  )

  it.scopedLive("comes by itself when the test run dies, to those as well who were moved out of its cgroups", () =>
    Effect.gen(function* () {
      const options = yield* bareOptions
      const holder = yield* holdSession(options)
      const away = yield* spawnAs("sleep", ["1000"], { runtimeDir: options.runtimeDir })
      yield* holder.abandon
      yield* untilEnded([holder.managerPid, away.pid])
      assert.isEmpty(holder.cgroups.filter(name => fs.existsSync(name)))
    }),
  )

  it.scopedLive("comes when the start is interrupted half-way, and when it fails", () =>
    Effect.gen(function* () {
      const options = yield* bareOptions
      const isMade = () =>
        cgroupHierarchies().some(root => fs.existsSync(`${root}/${path.basename(options.runtimeDir)}.slice`))
      const starting = yield* Effect.fork(Effect.scoped(holdSession(options)))
      yield* eventually(Effect.sync(isMade), made => made)
      yield* Fiber.interrupt(starting)
      assert.isFalse(isMade())

      const env = { ...options.env, XDG_RUNTIME_DIR: "/nowhere" }
      const failure = yield* Effect.flip(Effect.scoped(holdSession({ ...options, env })))
      assert.include(failure.message, "systemd --user ended")
      assert.isFalse(isMade())
    }),
  )
})
