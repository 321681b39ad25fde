/** `session bind`, `session unbind` and `diagnose session` with a real user manager, and what systemd makes of them. */

import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools } from "../support/needs.ts"
import { stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { entriesOf } from "../support/treeOf.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"
import { noUserManager } from "../support/wording.ts"

const G = "graphical-session.target"
const S = "sway-session.target"

/** A service with a child of its own, so that something could be left. */
const runs = "[Service]\nExecStart=/bin/sh -c 'sleep 1000 & exec sleep 1000'\n"

const sessionTarget = `[Unit]\nBindsTo=${G}\nWants=graphical-session-pre.target\nAfter=graphical-session-pre.target\n`
const bound = `[Unit]\nPartOf=${S}\nRequisite=${S}\nAfter=${S}\n${runs}[Install]\nWantedBy=${S}\n`
const onGraphical = `[Unit]\nPartOf=${G}\nAfter=${G}\n\n${runs}\n[Install]\nWantedBy=${G}\n`

const moved = ["eww-monitoring-panel.service", "i3wsr.service", "sway-config-manager.service"]
const all = [
  "eww-monitoring-panel.service",
  "i3-project-daemon.service",
  "i3wsr.service",
  "sway-config-manager.service",
]

const link = (file: string, target: string) => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.symlinkSync(target, file)
  fs.lchownSync(file, TEST_UID, TEST_GID)
  fs.chownSync(path.dirname(file), TEST_UID, TEST_GID)
}

/** Three services that hang on the wrong target, each in its own way, and one that is right. */
const arrange = ({ root, systemctl, unitDir, writeUnit }: UserSession) =>
  Effect.gen(function* () {
    yield* writeUnit(S, sessionTarget)
    yield* writeUnit("i3-project-daemon.service", bound)
    yield* systemctl("enable", "i3-project-daemon.service")
    yield* writeUnit("i3wsr.service", onGraphical)
    yield* systemctl("enable", "i3wsr.service")
    yield* writeUnit("eww-monitoring-panel.service", `[Unit]\nDescription=Panel fed by swaymsg\n${runs}`)
    yield* writeUnit("eww-monitoring-panel.service.d/session.conf", `[Unit]\nBindsTo=${G}\nAfter=${G}\n`)
    const etc = `${root}/etc/systemd/user`
    fs.writeFileSync(`${etc}/sway-config-manager.service`, onGraphical.trimEnd())
    link(`${etc}/${G}.wants/sway-config-manager.service`, "/etc/systemd/user/sway-config-manager.service")
    yield* systemctl("daemon-reload")
    assert.isTrue(fs.existsSync(`${unitDir}/${G}.wants/i3wsr.service`))
  })

/** All units of the user and of the machine: name, type and mode, owner, content. */
const unitTrees = ({ configHome, root }: UserSession) =>
  [configHome, `${root}/etc/systemd/user`].flatMap(directory =>
    entriesOf(directory).map(({ content, name, stat }) => [name, stat.mode.toString(8), stat.uid, content] as const),
  )

/** Processes in the cgroups of the four services. */
const processes = () =>
  fs.readdirSync("/proc").filter(entry => {
    try {
      const cgroup = /^\d+$/.test(entry) ? fs.readFileSync(`/proc/${entry}/cgroup`, "utf8") : ""
      return all.some(unit => cgroup.includes(`/${unit}`))
    } catch {
      return false
    }
  })

interface Answer {
  readonly problems: number
  readonly units: ReadonlyArray<{ readonly unit: string; readonly wrong: boolean; readonly fix: string | null }>
  readonly running_without_target: ReadonlyArray<{ readonly unit: string; readonly target: string }>
}

const set = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  yield* arrange(session)
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  const diagnose = Effect.map(i3pm("diagnose", "session"), ({ code, stderr, stdout }) => {
    assert.strictEqual(stderr, "")
    const answer: Answer = JSON.parse(stdout)
    return { code, ...answer }
  })
  const states = Effect.map(session.systemctl("is-active", ...all), ({ stdout }) => stdout.trim().split("\n"))
  return { ...session, session, i3pm, diagnose, states }
})

const dependencies = (text: string) =>
  text.split("\n").flatMap(line => /^\S* ?(?:├─|└─)(\S+\.service)$/.exec(line.trim())?.[1] ?? [])

describeWith([...sessionTools, "node"], "units of a session", () => {
  it.scopedLive(
    "are found on the wrong target, bound, started and stopped with the right one, and put back to the byte",
    () =>
      Effect.gen(function* () {
        const { diagnose, i3pm, session, stateHome, states, systemctl } = yield* set
        const before = unitTrees(session)

        const found = yield* diagnose
        assert.deepStrictEqual(
          found.units.filter(({ wrong }) => wrong).map(({ fix }) => fix),
          moved.map(unit => `i3pm session bind ${unit}`),
        )
        assert.strictEqual(found.problems, 3)
        assert.strictEqual(found.code, 1)

        const planned = yield* i3pm("session", "bind", "--dry-run", ...moved)
        assert.strictEqual(planned.code, 0, planned.stderr)
        assert.include(planned.stdout, `\\n-WantedBy=${G}\\n`)
        assert.deepStrictEqual(unitTrees(session), before)
        assert.isEmpty(fs.readdirSync(stateHome))

        const bind = yield* i3pm("session", "bind", ...moved)
        assert.strictEqual(bind.code, 0, bind.stderr)
        assert.deepStrictEqual(
          JSON.parse(bind.stdout).units.map(({ status, unit }: Record<string, unknown>) => [unit, status]),
          moved.map(unit => [unit, "bound"]),
        )
        for (const { warnings } of JSON.parse(bind.stdout).units) {
          for (const warning of warnings) assert.include(warning, " is a copy of ")
        }
        const after = yield* diagnose
        assert.deepInclude(after, { code: 0, problems: 0 })
        assert.includeMembers(
          after.units.map(({ unit }) => unit),
          all,
        )

        const listed = yield* systemctl("list-dependencies", S)
        assert.sameMembers(
          dependencies(listed.stdout).filter(unit => all.includes(unit)),
          all,
        )
        const graphical = yield* systemctl("list-dependencies", G)
        assert.isEmpty(dependencies(graphical.stdout).filter(unit => all.includes(unit)))

        const start = yield* systemctl("start", S)
        assert.strictEqual(start.code, 0, start.stderr)
        assert.deepStrictEqual(
          yield* states,
          all.map(() => "active"),
        )
        // The child of each shell, too.
        yield* eventually(Effect.sync(processes), ({ length }) => length === 2 * all.length)
        assert.deepInclude(yield* diagnose, { code: 0, problems: 0 })

        yield* systemctl("stop", S)
        yield* eventually(states, each => each.every(state => state === "inactive"))
        yield* eventually(Effect.sync(processes), ({ length }) => length === 0)

        const unbind = yield* i3pm("session", "unbind", ...moved)
        assert.strictEqual(unbind.code, 0, unbind.stderr)
        assert.deepStrictEqual(unitTrees(session), before)
        assert.strictEqual((yield* diagnose).problems, 3)
      }),
    120_000,
  )

  it.scopedLive(
    "that run while their target is down are named, and a variable that points at nothing",
    () =>
      Effect.gen(function* () {
        const { diagnose, i3pm, systemctl } = yield* set
        yield* systemctl("start", S)
        yield* systemctl("start", "i3wsr.service")
        assert.strictEqual((yield* i3pm("session", "bind", ...moved)).code, 0)
        yield* systemctl("stop", S)
        yield* systemctl("set-environment", "SWAYSOCK=/nowhere/sway.sock")
        // Without the target: what `Requisite=` forbids, a job that ignores dependencies does.
        yield* systemctl("start", "--job-mode=ignore-dependencies", "i3wsr.service")
        const found = yield* diagnose
        assert.strictEqual(found.code, 1)
        assert.strictEqual(found.problems, 2)
        assert.deepInclude(found.running_without_target[0], { unit: "i3wsr.service", target: S })
      }),
    120_000,
  )

  it.scopedLive(
    "are wrong usage, unknown or already bound: the exit status tells, and one line says why",
    () =>
      Effect.gen(function* () {
        const { i3pm, run, session } = yield* set
        const before = unitTrees(session)
        const cases: ReadonlyArray<readonly [ReadonlyArray<string>, number, string]> = [
          [["session", "bind"], 64, "UNIT"],
          [["session", "unbind"], 64, "--all"],
          [["session", "unbind", "--all", "i3wsr"], 64, "--all"],
          [["session", "bind", "i3wsr", "nobody"], 1, "there is no user unit nobody.service"],
          [["session", "bind", "i3wsr", "foo@.service"], 1, "foo@NAME.service"],
          [["session", "bind", "../../etc"], 64, "is not a unit name"],
          [["session", "unbind", "i3wsr"], 1, "was not bound"],
        ]
        for (const [args, code, message] of cases) {
          const finished = yield* i3pm(...args)
          assert.strictEqual(finished.code, code, args.join(" "))
          assert.include(finished.stderr, message)
          assert.strictEqual(finished.stdout, "")
        }
        assert.deepStrictEqual(unitTrees(session), before)
        const again = yield* i3pm("session", "bind", "i3-project-daemon")
        assert.strictEqual(JSON.parse(again.stdout).units[0].status, "unchanged")
        assert.deepStrictEqual(JSON.parse((yield* i3pm("session", "unbind", "--all")).stdout), { units: [] })

        const nowhere = { env: { XDG_RUNTIME_DIR: session.home, DBUS_SESSION_BUS_ADDRESS: undefined } }
        for (const args of [
          ["session", "bind", "i3wsr"],
          ["diagnose", "session"],
        ]) {
          const entry = yield* stageBundle
          const alone = yield* run(process.execPath, [entry, ...args], nowhere)
          assert.strictEqual(alone.code, 1)
          assert.match(alone.stderr, new RegExp(`^i3pm: ${noUserManager} for this user: [^\\n]+\\n$`))
        }
        assert.deepStrictEqual(unitTrees(session), before)
      }),
    120_000,
  )

  it.scopedLive(
    "may be instances, links and drop-ins of other units",
    () =>
      Effect.gen(function* () {
        const { home, i3pm, session, systemctl, unitDir, writeUnit } = yield* set
        yield* writeUnit("panel@.service", onGraphical)
        yield* systemctl("enable", "panel@one.service", "panel@two.service")
        yield* writeUnit("panel@.service.d/x.conf", `[Unit]\nBindsTo=${G}\n`)
        yield* writeUnit("service.d/all.conf", `[Unit]\nWants=${G}\n`)
        fs.writeFileSync(`${home}/linked.service`, onGraphical)
        link(`${unitDir}/linked.service`, `${home}/linked.service`)
        link(`${unitDir}/${G}.wants/linked.service`, `${home}/linked.service`)
        yield* systemctl("daemon-reload")
        const before = unitTrees(session)
        const bind = yield* i3pm("session", "bind", "panel@one", "linked")
        assert.strictEqual(bind.code, 0, bind.stderr)
        for (const unit of ["panel@one.service", "linked.service"]) {
          for (const property of ["PartOf", "Requisite", "WantedBy"]) {
            assert.strictEqual(yield* session.show(unit, property), S, `${property} of ${unit}`)
          }
          for (const property of ["BindsTo", "Wants"]) assert.strictEqual(yield* session.show(unit, property), "")
          assert.notInclude(yield* session.show(unit, "After"), G)
        }
        assert.strictEqual(yield* session.show("panel@two.service", "BindsTo"), G)
        assert.strictEqual(yield* session.show("i3wsr.service", "Wants"), G)
        assert.strictEqual((yield* i3pm("session", "unbind", "--all")).code, 0)
        assert.deepStrictEqual(unitTrees(session), before)
      }),
    120_000,
  )

  it.scopedLive(
    "that systemctl has enabled or disabled are put back on the target by bind",
    () =>
      Effect.gen(function* () {
        const { i3pm, session, systemctl } = yield* set
        const etc = `${session.root}/etc/systemd/user`
        // One that a drop-in binds, and one that takes a copy, each enabled for all users as a package does it.
        const units = { "plain.service": `${runs}[Install]\nWantedBy=${G}\n`, "bar.service": onGraphical }
        for (const [unit, text] of Object.entries(units)) {
          fs.writeFileSync(`${etc}/${unit}`, text)
          link(`${etc}/${G}.wants/${unit}`, `/etc/systemd/user/${unit}`)
        }
        yield* systemctl("daemon-reload")
        const before = unitTrees(session)
        const put = (unit: string) =>
          Effect.gen(function* () {
            const { code, stderr } = yield* i3pm("session", "bind", unit)
            assert.strictEqual(code, 0, stderr)
            assert.strictEqual(yield* session.show(unit, "WantedBy"), S)
          })
        for (const unit of Object.keys(units)) {
          yield* put(unit)
          // It takes the mask away, too: the package's link starts the unit again.
          yield* systemctl("disable", unit)
          yield* systemctl("daemon-reload")
          assert.strictEqual(yield* session.show(unit, "WantedBy"), G)
          yield* put(unit)
          // It follows the [Install] section, which a drop-in cannot change.
          yield* systemctl("enable", unit)
          yield* put(unit)
        }
        assert.strictEqual((yield* i3pm("session", "unbind", "--all")).code, 0)
        // What the user has enabled stays enabled.
        assert.match(fs.readlinkSync(`${session.unitDir}/${G}.wants/plain.service`), /\/plain\.service$/)
        yield* systemctl("disable", "plain.service")
        assert.deepStrictEqual(unitTrees(session), before)
      }),
    120_000,
  )
})
