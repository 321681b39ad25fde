/**
 * A real user session without PID 1's help: `systemd --user` of the test uid with a real session bus and a real journal,
 * in a mount namespace and in cgroups that only this session has. Any number of them can run at the same time.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Compositor, type SwayOptions, startSway } from "./Desktop.ts"
import { type Finished, type Running, runAs, type SpawnOptions, spawnAs } from "./Spawn.ts"
import { holdSession } from "./sessionHolder.ts"
import { type JournalEntry, parseJournal, unitMatches } from "./sessionJournal.ts"
import { HarnessError, makeRuntimeDir, makeScratchDir, runsAsRoot, TEST_GID, TEST_UID } from "./TestUser.ts"

/** As for {@link spawnAs}; the runtime directory is the session's, and `env` is added to the session's. */
export type SessionOptions = Omit<SpawnOptions, "runtimeDir" | "within" | "asRoot">

export interface UserSession {
  /** `XDG_RUNTIME_DIR`: of the test uid, mode 0700. The session bus is `<runtimeDir>/bus`. */
  readonly runtimeDir: string
  readonly home: string
  /** `XDG_CONFIG_HOME`. */
  readonly configHome: string
  /** `<configHome>/systemd/user`, where the user's own units are. It exists. */
  readonly unitDir: string
  /** `XDG_STATE_HOME`. It exists. */
  readonly stateHome: string
  /**
   * The environment the manager was started with, and every program of the session is: nothing else is in it. To its
   * units the manager gives a `PATH` of its own instead.
   */
  readonly env: Readonly<Record<string, string>>
  /** The pid of `systemd --user`. */
  readonly managerPid: number
  /** The session's cgroup in each hierarchy, as a directory. All its processes are in or below it. */
  readonly cgroups: ReadonlyArray<string>
  /**
   * The session's `/`, to be read and written by the test. The machine's own but for `/run`, `/etc/passwd`, `/etc/group`,
   * and `/etc/systemd/user`, which is empty and the place for links and units of an administrator.
   */
  readonly root: string
  /** Runs a command in the session, as the test uid, to its end. */
  readonly run: (
    command: string,
    args?: ReadonlyArray<string>,
    options?: SessionOptions,
  ) => Effect.Effect<Finished, HarnessError>
  /** Starts a command in the session, as the test uid; it ends with the scope. Its pid is the program's own. */
  readonly spawn: (
    command: string,
    args?: ReadonlyArray<string>,
    options?: SessionOptions,
  ) => Effect.Effect<Running, HarnessError, Scope.Scope>
  /** `systemctl --user ARGS…`, whatever its status. */
  readonly systemctl: (...args: ReadonlyArray<string>) => Effect.Effect<Finished, HarnessError>
  /** Writes a unit (or `NAME.d/FILE.conf`) to {@link unitDir} and reloads the manager. */
  readonly writeUnit: (name: string, text: string) => Effect.Effect<void, HarnessError>
  /** The value of one property, as `systemctl show --value` prints it. */
  readonly show: (unit: string, property: string) => Effect.Effect<string, HarnessError>
  /** The messages of one user unit and about it, or the whole journal: a line each, all that was written before the call. */
  readonly journal: (unit?: string) => Effect.Effect<string, HarnessError>
  /** The same as records. */
  readonly journalEntries: (unit?: string) => Effect.Effect<ReadonlyArray<JournalEntry>, HarnessError>
  /** A headless sway in the session, once it answers. Not a unit: a child of the test, like one started on a console. */
  readonly startSway: (
    options?: Omit<SwayOptions, "runtimeDir" | "spawn">,
  ) => Effect.Effect<Compositor, HarnessError, Scope.Scope>
}

const { PATH = "" } = process.env

/** Makes a directory of the test uid, and those above it, below one that exists. */
const makeOwned = (base: string, ...names: ReadonlyArray<string>): string =>
  names.reduce((above, name) => {
    const directory = path.join(above, name)
    fs.mkdirSync(directory, { recursive: true })
    fs.chownSync(directory, TEST_UID, TEST_GID)
    return directory
  }, base)

const writeOwned = (base: string, name: string, text: string) => {
  const file = path.join(makeOwned(base, ...name.split("/").slice(0, -1)), path.basename(name))
  fs.writeFileSync(file, text)
  fs.chownSync(file, TEST_UID, TEST_GID)
}

/** The output of a command that is not to fail. */
const outputOf = ({ code, stdout, stderr }: Finished, what: string): Effect.Effect<string, HarnessError> =>
  code === 0
    ? Effect.succeed(stdout)
    : Effect.fail(new HarnessError({ message: `${what} failed (${code}):\n${stderr}` }))

/**
 * Starts a user manager and waits until its default target is reached: within a second, as a rule. `dbus.socket` listens;
 * the bus itself starts with the first who asks. Needs {@link sessionTools} of needs.ts.
 */
export const startUserSession: Effect.Effect<UserSession, HarnessError, Scope.Scope> = Effect.gen(function* () {
  if (!runsAsRoot) return yield* new HarnessError({ message: "only root can make a user session" })
  const runtimeDir = yield* makeRuntimeDir
  const home = yield* makeScratchDir
  const configHome = makeOwned(home, ".config")
  const unitDir = makeOwned(configHome, "systemd", "user")
  const stateHome = makeOwned(home, ".local", "state")
  const env = {
    PATH,
    LANG: "C.UTF-8",
    HOME: home,
    USER: "i3pm-session",
    LOGNAME: "i3pm-session",
    SHELL: "/bin/sh",
    XDG_RUNTIME_DIR: runtimeDir,
    XDG_CONFIG_HOME: configHome,
    XDG_STATE_HOME: stateHome,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtimeDir}/bus`,
  }
  const holder = yield* holdSession({ runtimeDir, home, env })

  const within = (options: SessionOptions | undefined): SpawnOptions => ({
    ...options,
    runtimeDir,
    within: holder.entrance,
    env: { ...env, ...options?.env },
  })
  const run: UserSession["run"] = (command, args = [], options) => runAs(command, args, within(options))
  const spawn: UserSession["spawn"] = (command, args = [], options) => spawnAs(command, args, within(options))
  const systemctl: UserSession["systemctl"] = (...args) => run("systemctl", ["--user", ...args])
  const show: UserSession["show"] = (unit, property) =>
    systemctl("show", `--property=${property}`, "--value", "--", unit).pipe(
      Effect.flatMap(finished => outputOf(finished, `systemctl show ${unit}`)),
      Effect.map(text => text.replace(/\n$/, "")),
    )
  const journalctl = (format: ReadonlyArray<string>, unit: string | undefined) =>
    Effect.gen(function* () {
      const matches = unit === undefined ? [] : unitMatches(unit, Number(yield* show(unit, "ExecMainPID")))
      const command = 'journalctl --sync && exec journalctl --no-pager --quiet "$@"'
      const options = { ...within(undefined), asRoot: true }
      return yield* outputOf(yield* runAs("sh", ["-c", command, "sh", ...format, ...matches], options), "journalctl")
    })

  return {
    runtimeDir,
    home,
    configHome,
    unitDir,
    stateHome,
    env,
    managerPid: holder.managerPid,
    cgroups: holder.cgroups,
    root: `/proc/${holder.pid}/root`,
    run,
    spawn,
    systemctl,
    writeUnit: (name, text) =>
      Effect.sync(() => writeOwned(unitDir, name, text)).pipe(
        Effect.andThen(systemctl("daemon-reload")),
        Effect.flatMap(finished => outputOf(finished, "systemctl daemon-reload")),
        Effect.asVoid,
      ),
    show,
    journal: unit => journalctl(["--output=cat"], unit),
    journalEntries: unit => Effect.map(journalctl(["--output=json", "--all"], unit), text => parseJournal(text, unit)),
    startSway: options => startSway({ ...options, runtimeDir, spawn }),
  }
})
