/** A user's real session for `i3pm doctor`: the program in the `PATH`, i3pm's units, and a sway that runs `session run`. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { Check } from "../../src/layers/doctor/Check.ts"
import type { Fixed } from "../../src/layers/doctor/Doctor.ts"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { swayConfig } from "./Desktop.ts"
import { ask } from "./daemon.ts"
import type { Finished } from "./Spawn.ts"
import { HarnessError, makeScratchDir, stageBundle, TEST_GID, TEST_UID } from "./TestUser.ts"
import { startUserSession, type UserSession } from "./UserSession.ts"
import { eventually } from "./waiting.ts"

/** What a sway without a screen needs. */
export const HEADLESS = { WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1" }

/** Variables of the user's shell. */
export type Environment = Readonly<Record<string, string>>

/** What `i3pm doctor --json` printed, and its exit status. */
export interface Answer {
  readonly code: number | null
  readonly ok: boolean
  readonly checks: ReadonlyArray<Check>
  readonly fixed?: ReadonlyArray<Fixed>
}

/** The check with this id. */
export const checkIn = ({ checks }: Answer, id: string): Check | undefined => checks.find(check => check.id === id)

/** A session with i3pm in it. Effects that take no scope leave nothing behind. */
export interface Desk {
  readonly session: UserSession
  /** The directory of the built program, which the units run. */
  readonly dist: string
  /** The socket of the sway that runs; empty if none does. */
  readonly socket: Effect.Effect<string>
  /** Runs a line in a new shell of the user, which has the right SWAYSOCK unless `env` has another one. */
  readonly shell: (line: string, env?: Environment) => Effect.Effect<Finished, HarnessError>
  /** The same for a line that succeeds. */
  readonly line: (line: string) => Effect.Effect<string, HarnessError>
  /** Runs a line that does not end by itself, until the session ends. */
  readonly leave: (line: string) => Effect.Effect<void, HarnessError>
  /** The answer of the doctor in such a shell. */
  readonly doctor: (env?: Environment, ...flags: ReadonlyArray<string>) => Effect.Effect<Answer, HarnessError>
  /** `systemctl --user`, which has to succeed. */
  readonly systemctl: (...words: ReadonlyArray<string>) => Effect.Effect<void, HarnessError>
  /** The process of the daemon's unit, once it answers. */
  readonly daemonPid: Effect.Effect<number, HarnessError>
  /** Restores a sound state: the unit's daemon answers, and systemd counts no failures. */
  readonly settled: Effect.Effect<void, HarnessError>
}

/** Writes a file of the user's. */
export const writeOwn = (file: string, text: string, mode = 0o644): void => {
  fs.writeFileSync(file, text)
  fs.chownSync(file, TEST_UID, TEST_GID)
  fs.chmodSync(file, mode)
}

/** Makes a directory of the user's below one that exists. */
export const makeOwn = (directory: string, mode = 0o700): void => {
  fs.mkdirSync(directory, { recursive: true })
  fs.chownSync(directory, TEST_UID, TEST_GID)
  fs.chmodSync(directory, mode)
}

/** The pid in the name of a sway's socket. */
export const pidIn = (socket: string): number => Number(/\.(\d+)\.sock$/.exec(socket)?.[1])

/** The first socket of a sway whose process runs. */
const liveSocketIn = (runtimeDir: string) =>
  fs
    .readdirSync(runtimeDir)
    .filter(name => /^sway-ipc\.\d+\.\d+\.sock$/.test(name) && fs.existsSync(`/proc/${pidIn(name)}/exe`))
    .map(name => `${runtimeDir}/${name}`)[0] ?? ""

/** The output of the doctor as an answer; everything else is a failure. */
const answerOf = ({ code, stderr, stdout }: Finished): Effect.Effect<Answer, HarnessError> =>
  code === 0 || code === 1
    ? Effect.sync(() => ({ code, ...JSON.parse(stdout) }))
    : Effect.fail(new HarnessError({ message: `the doctor ended with ${code}: ${stderr}` }))

/** The pid of the unit's daemon, or undefined while it does not answer. */
const answeringPid = (session: UserSession) =>
  Effect.gen(function* () {
    const pid = yield* session.show(unitNames.daemon, "MainPID")
    const answer = yield* Effect.option(ask(session.runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}'))
    return answer._tag === "Some" && answer.value.includes(`"pid":${pid},`) ? Number(pid) : undefined
  })

/** A user manager and the program, and neither units nor a sway. */
export const makeBareDesk: Effect.Effect<Desk, HarnessError, Scope.Scope> = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const bin = yield* makeScratchDir
  fs.symlinkSync(entry, `${bin}/i3pm`)
  makeOwn(`${session.configHome}/sway`)
  writeOwn(`${session.configHome}/sway/config`, swayConfig)
  const scope = yield* Effect.scope
  const base = {
    ...HEADLESS,
    PATH: `${bin}:${path.dirname(process.execPath)}:${session.env["PATH"]}`,
    TMUX_TMPDIR: session.runtimeDir,
  }
  const socket = Effect.sync(() => liveSocketIn(session.runtimeDir))
  const options = (env: Environment = {}) =>
    // A sway that starts would listen at an empty SWAYSOCK.
    Effect.map(socket, found => ({
      env: { ...base, ...(found === "" ? {} : { SWAYSOCK: found }), ...env },
      cwd: session.home,
    }))
  const shell: Desk["shell"] = (line, env) =>
    Effect.flatMap(options(env), given => session.run("sh", ["-c", line], given))
  const line: Desk["line"] = text =>
    Effect.flatMap(shell(text), ({ code, stderr, stdout }) =>
      code === 0
        ? Effect.succeed(stdout)
        : Effect.fail(new HarnessError({ message: `${text} ended with ${code}: ${stderr}${stdout}` })),
    )
  const daemonPid = Effect.flatMap(
    eventually(answeringPid(session), pid => pid !== undefined),
    pid => Effect.fromNullable(pid).pipe(Effect.orDie),
  )
  return {
    session,
    dist: path.dirname(entry),
    socket,
    shell,
    line,
    leave: text =>
      Effect.flatMap(options(), given => session.spawn("sh", ["-c", text], given)).pipe(
        Effect.provideService(Scope.Scope, scope),
        Effect.asVoid,
      ),
    doctor: (env, ...flags) => Effect.flatMap(shell(`exec i3pm doctor --json ${flags.join(" ")}`, env), answerOf),
    systemctl: (...words) => Effect.asVoid(line(`systemctl --user ${words.join(" ")}`)),
    daemonPid,
    settled: Effect.zipRight(daemonPid, line("systemctl --user reset-failed")).pipe(Effect.asVoid),
  }
})

/** A session as a user has it who has followed the README: the doctor finds nothing wrong. */
export const makeDesk: Effect.Effect<Desk, HarnessError, Scope.Scope> = Effect.gen(function* () {
  const desk = yield* makeBareDesk
  yield* desk.line("i3pm units install && i3pm session install")
  yield* desk.leave("exec sway")
  yield* desk.settled
  yield* eventually(desk.doctor(), ({ ok }) => ok)
  return desk
})
