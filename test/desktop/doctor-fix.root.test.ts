/** `i3pm doctor` for a new user: from nothing to a session by its commands alone, then `--fix` and `--report`. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Fixed } from "../../src/layers/doctor/Doctor.ts"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { type Answer, checkIn, type Desk, makeBareDesk } from "../support/doctorDesk.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { eventually } from "../support/waiting.ts"

const { daemon: DAEMON, sessionTarget: TARGET, timer: TIMER } = unitNames

/** The commands for what is not right, each once. */
const fixesIn = ({ checks }: Answer) => [...new Set(checks.flatMap(({ fix }) => fix ?? []))]

/** A sway whose configuration does not know i3pm. */
const fromNothing = (desk: Desk) =>
  Effect.gen(function* () {
    yield* desk.leave("exec sway")
    yield* eventually(desk.socket, path => path !== "")
    const first = yield* eventually(desk.doctor(), answer => checkIn(answer, "compositor")?.status === "ok")
    assert.strictEqual(first.code, 1)
    assert.include(checkIn(first, "units")?.what, "not installed")
    assert.include(checkIn(first, "session-target")?.what, `sway is running, but ${TARGET} is not-found`)
    const fixes = fixesIn(first)
    for (const fix of fixes) yield* desk.line(fix)
    yield* desk.settled
    const last = yield* eventually(desk.doctor(), ({ ok }) => ok)
    assert.strictEqual(last.code, 0)
    assert.isUndefined(last.fixed)
    assert.deepStrictEqual(fixesIn(last), [])
    assert.include(fs.readFileSync(`${desk.session.configHome}/sway/config`, "utf8"), "session run")
  })

/** Three problems that are safe to fix, and one that is not. */
const fixesItself = ({ doctor, line, session, shell }: Desk) =>
  Effect.gen(function* () {
    yield* line(`systemctl --user set-environment SWAYSOCK=${session.runtimeDir}/gone.sock`)
    yield* line(`systemctl --user stop ${TIMER} && systemctl --user disable ${DAEMON}`)
    const fixed: Array<Fixed> = []
    const env = { I3PM_LOG_LEVEL: "loud" }
    const wanted = ["manager-swaysock", "cleanup-timer", "daemon-enabled"]
    // On a busy machine systemd may not answer in time: what was not seen is fixed the next time.
    const again = Effect.tap(doctor(env, "--fix"), answer => Effect.sync(() => fixed.push(...(answer.fixed ?? []))))
    const answer = yield* eventually(again, () => wanted.every(id => fixed.some(each => each.id === id)))
    assert.deepStrictEqual(
      fixed.filter(({ error }) => error !== null),
      [],
    )
    assert.strictEqual(checkIn(answer, "settings")?.status, "wrong")
    assert.strictEqual(answer.code, 1)
    const { stderr, stdout } = yield* shell("i3pm doctor --fix")
    assert.isTrue(JSON.parse(stdout).ok)
    assert.include(stderr, "nothing had to be fixed")
  })

/** Names of the user and the machine are not in it. */
const reports = ({ line, session }: Desk) =>
  Effect.gen(function* () {
    const text = yield* line("i3pm doctor --report")
    const host = (yield* line("uname -n")).trim()
    const report = JSON.parse(text)
    assert.containsAllKeys(report, ["versions", "checks", "ok", "health", "sockets", "log"])
    assert.strictEqual(report.health.status, "healthy")
    assert.notInclude(text, session.home)
    assert.notInclude(text, "i3pm-session:")
    assert.notMatch(text, new RegExp(`(?<![\\w-])${host}(?![\\w-])`))
  })

describeWith([...swayTools, ...sessionTools, "node"], "doctor, from nothing", () => {
  it.scopedLive("its commands make a session; --fix restores one, and --report tells others of it", () =>
    Effect.gen(function* () {
      const desk = yield* makeBareDesk
      yield* fromNothing(desk)
      yield* fixesItself(desk)
      yield* reports(desk)
    }),
  )
})
