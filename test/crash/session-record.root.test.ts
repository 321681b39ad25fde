/**
 * `session run` killed at each change of its record: whoever goes on with the session finds a whole one, knows which variables a
 * dead holder has set, and leaves no file behind.
 */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Compositor } from "../support/Desktop.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import type { Running } from "../support/Spawn.ts"
import { TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"
import { type Call, mainThread, tracedCalls } from "./calls.ts"
import { type Desk, isLitter, makeDesk } from "./desk.ts"
import { choose, POINTS } from "./points.ts"

const TARGET = "sway-session.target"

/** A variable that a dead session has set, and nobody else knows. */
const STALE = "I3PM_LEFT_BEHIND"

const recordOf = ({ session }: Desk) => `${session.runtimeDir}/i3pm-session.json`

/** The record of a holder that died with its compositor: the process is another one now. */
const leaveStale = (desk: Desk) =>
  Effect.gen(function* () {
    const record = { pid: 1, started: 1, socket: `${desk.session.runtimeDir}/gone.sock`, variables: [STALE] }
    fs.writeFileSync(recordOf(desk), JSON.stringify(record), { mode: 0o600 })
    fs.chownSync(recordOf(desk), TEST_UID, TEST_GID)
    yield* desk.session.systemctl("set-environment", `${STALE}=1`)
  })

/** Starts `session run`, as an argument of other words if there are any. */
const start = ({ session }: Desk, { socketPath }: Compositor, words: ReadonlyArray<string>) => {
  const [program = "", ...rest] = [...words, "session", "run"]
  return session.spawn(program, rest, { env: { SWAYSOCK: socketPath } })
}

const isSettled = (running: Running) => running.isGone() || running.stderr.text().includes(`${TARGET} runs with`)

const settled = (running: Running) =>
  eventually(
    Effect.sync(() => isSettled(running)),
    holds => holds,
  )

/** The traced program, which strace has started. */
const tracedIn = ({ pid }: Running) =>
  fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").map(Number)[0] ?? pid

/** Lets a session end by a signal, as at logout. */
const terminate = (running: Running) =>
  Effect.gen(function* () {
    if (!running.isGone()) process.kill(tracedIn(running), "SIGTERM")
    yield* running.exited
  })

const leftBehind = (desk: Desk) =>
  Effect.gen(function* () {
    const { session } = desk
    const { stdout } = yield* session.systemctl("show-environment")
    const variables = stdout.split("\n").filter(line => /^(SWAYSOCK|I3SOCK|I3PM_LEFT_BEHIND)=/.test(line))
    const files = fs.readdirSync(session.runtimeDir).filter(isLitter)
    return [...variables, ...files, ...((yield* session.show(TARGET, "ActiveState")) === "inactive" ? [] : [TARGET])]
  })

const assertWhole = (desk: Desk, at: string) => {
  const file = recordOf(desk)
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "{}"
  assert.doesNotThrow(() => JSON.parse(text), at)
}

/** The changes of a `session run`, from its start to its end. */
const record = (desk: Desk, directory: string, before: Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    yield* Effect.orDie(before)
    const sway = yield* desk.session.startSway()
    const options = ["-ff", "--seccomp-bpf", "-y", "-xx", "-s", "1000", "-o", `${directory}/log`, "-e", "signal=none"]
    const strace = ["strace", ...options, "-e", `trace=execve,${tracedCalls}`, process.execPath, desk.entry]
    const running = yield* start(desk, sway, strace)
    yield* settled(running)
    yield* terminate(running)
    return desk.changesIn(mainThread(directory, { program: process.execPath, roots: [recordOf(desk)] }))
  }).pipe(Effect.scoped)

/** Killed at this call; another one goes on, from the start or afterwards. Then the compositor ends. */
const killAt = (desk: Desk, call: Call, { at, isBeside }: { readonly at: string; readonly isBeside: boolean }) =>
  Effect.gen(function* () {
    const sway = yield* desk.session.startSway()
    const next = start(desk, sway, [process.execPath, desk.entry])
    const killed = yield* start(desk, sway, desk.killer(call))
    const beside = isBeside ? yield* next : undefined
    yield* settled(killed)
    yield* terminate(killed)
    assertWhole(desk, at)
    // One that was started beside it has ended where the first one still had the session.
    if (beside !== undefined) yield* settled(beside)
    const after = beside === undefined || beside.isGone() ? yield* next : beside
    yield* settled(after)
    assertWhole(desk, at)
    yield* sway.kill("SIGKILL")
    yield* after.exited
    yield* eventually(leftBehind(desk), files => files.length === 0)
  }).pipe(Effect.scoped)

describeWith([...sessionTools, ...swayTools, "node", "strace"], "session run, killed at its record", () => {
  for (const [title, isStale] of [
    ["of a first session", false],
    ["that replaces a dead holder's", true],
  ] as const) {
    it.scopedLive(
      `${title}, leaves what the next one completes`,
      () =>
        Effect.gen(function* () {
          const desk = yield* makeDesk
          yield* desk.done(["units", "install"])
          const before = isStale ? leaveStale(desk) : Effect.void
          const calls = yield* record(desk, desk.makeLogDirectory(), before)
          assert.isAbove(calls.length, 10)
          const chosen = choose(calls, POINTS, title)
          for (const [index, call] of chosen.entries()) {
            const at = `killed at ${call.name} ${call.nth}`
            yield* before
            yield* killAt(desk, call, { at, isBeside: index % 2 === 1 })
          }
        }),
      3_600_000,
    )
  }
})
