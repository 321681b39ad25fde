/**
 * Whom the tests run programs as, and the directories they run in.
 *
 * sway refuses to start as root, so a test run by root uses an unprivileged uid; any other test run uses its own.
 */
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** True when the test run itself is root, and has to step down to {@link TEST_UID}. */
export const runsAsRoot = process.getuid?.() === 0

/**
 * Real uid and gid of everything the harness starts. Under root it has no passwd entry on purpose: containers run such
 * uids, and `getpwuid` and `os.userInfo()` fail for them.
 */
export const TEST_UID = runsAsRoot ? 65_533 : (process.getuid?.() ?? 0)
export const TEST_GID = runsAsRoot ? 65_533 : (process.getgid?.() ?? 0)

/** What the harness could not do; the message says what to do about it. Output of the program concerned is in it. */
export class HarnessError extends Data.TaggedError("HarnessError")<{ readonly message: string }> {}

/** A Unix socket path has at most 107 bytes, so a TMPDIR as long as nix-build's can not hold one. */
const temporaryRoot = os.tmpdir().length <= 40 ? os.tmpdir() : "/tmp"

/** Processes of any parent whose environment names this runtime directory. Only ours can: the name is random. */
const processesOf = (runtimeDir: string): ReadonlyArray<number> =>
  fs.readdirSync("/proc").flatMap(entry => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return []
    try {
      const environment = fs.readFileSync(`/proc/${entry}/environ`, "latin1").split("\0")
      return environment.includes(`XDG_RUNTIME_DIR=${runtimeDir}`) ? [Number(entry)] : []
    } catch {
      return []
    }
  })

const killAll = (pids: ReadonlyArray<number>) => {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It was faster.
    }
  }
}

/** Kills until none is left: a killed process is there until it is reaped, and one that forks in the meantime has a child. */
const endAll = async (runtimeDir: string) => {
  for (let pids = processesOf(runtimeDir); pids.length > 0; pids = processesOf(runtimeDir)) {
    killAll(pids)
    await new Promise(resolve => setImmediate(resolve))
  }
}

const temporaryDirectory = (prefix: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const directory = fs.mkdtempSync(path.join(temporaryRoot, prefix))
      fs.chmodSync(directory, 0o700)
      if (runsAsRoot) fs.chownSync(directory, TEST_UID, TEST_GID)
      return directory
    }),
    directory => Effect.promise(() => fsp.rm(directory, { recursive: true, force: true, maxRetries: 5 })),
  )

/** An empty directory of the test uid, mode 0700, for anything that is not a runtime directory. Removed with the scope. */
export const makeScratchDir: Effect.Effect<string, never, Scope.Scope> = temporaryDirectory("i3pm-scratch-")

/**
 * An empty `XDG_RUNTIME_DIR` of the test uid, mode 0700, with a path short enough for sockets. At the end of the scope
 * every process that still runs in it is killed (sway starts its `exec` children in sessions of their own), then it is
 * removed with all it holds.
 */
export const makeRuntimeDir: Effect.Effect<string, never, Scope.Scope> = Effect.tap(
  temporaryDirectory("i3pm-run-"),
  runtimeDir => Effect.addFinalizer(() => Effect.promise(() => endAll(runtimeDir))),
)

const dist = fileURLToPath(new URL("../../dist", import.meta.url))

const chownTree = (directory: string) => {
  fs.chownSync(directory, TEST_UID, TEST_GID)
  for (const entry of fs.readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    fs.chownSync(path.join(directory, entry), TEST_UID, TEST_GID)
  }
}

/**
 * A copy of `dist/` that the test uid can read (a checkout below `/root` it can not), removed with the scope.
 * Succeeds with the path of its `main.cjs`; fails where nothing has been built.
 */
export const stageBundle: Effect.Effect<string, HarnessError, Scope.Scope> = Effect.gen(function* () {
  if (!fs.existsSync(path.join(dist, "main.cjs"))) {
    return yield* new HarnessError({ message: `${dist}/main.cjs does not exist: npm run build makes it` })
  }
  const directory = yield* makeScratchDir
  const copy = path.join(directory, "dist")
  fs.cpSync(dist, copy, { recursive: true })
  if (runsAsRoot) chownTree(copy)
  return path.join(copy, "main.cjs")
})

/** A copy of one file that the test uid can read, removed with the scope. Succeeds with its path. */
export const stageFile = (file: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(makeScratchDir, directory => {
    const copy = path.join(directory, path.basename(file))
    fs.copyFileSync(file, copy)
    if (runsAsRoot) chownTree(directory)
    return copy
  })

/** Writes a file that the test uid can read, and gives its path; with mode 0o755 it can run it. */
export const publish = (directory: string, name: string, text: string, mode = 0o644): string => {
  const file = path.join(directory, name)
  fs.writeFileSync(file, text, { mode })
  return file
}
