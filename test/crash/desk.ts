/** A user session in which i3pm's commands are recorded and killed at their system calls. */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Finished } from "../support/Spawn.ts"
import { type HarnessError, makeScratchDir, stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { type Call, changesBelow, killedAt, mainThread, tracedCalls } from "./calls.ts"
import { isTemporary, readTree, type Tree } from "./tree.ts"

/** Arguments of i3pm. */
export type Command = ReadonlyArray<string>

export interface Desk {
  readonly session: UserSession
  /** Where what is written has to survive a power cut. */
  readonly lasting: ReadonlyArray<string>
  /** i3pm's own records. */
  readonly records: string
  readonly run: (command: Command) => Effect.Effect<Finished, HarnessError>
  /** The same, and it must succeed. */
  readonly done: (command: Command) => Effect.Effect<void, HarnessError>
  /** The built program, an argument of Node. */
  readonly entry: string
  /** A new directory for the logs of `strace -ff`. */
  readonly makeLogDirectory: () => string
  /** All calls of the command, which is run for this, and must end with this status, 0 by default. */
  readonly record: (command: Command, status?: number) => Effect.Effect<ReadonlyArray<Call>, HarnessError>
  /** Those of them that change something. */
  readonly changesIn: (calls: ReadonlyArray<Call>) => ReadonlyArray<Call>
  /** strace and its arguments, before those of a program that is to be killed at this call. */
  readonly killer: (call: Call) => ReadonlyArray<string>
  /** Runs a command that is killed when it makes this call. `at` is the call that it was killed at, if it was. */
  readonly kill: (
    call: Call,
    command: Command,
  ) => Effect.Effect<Finished & { readonly at: string | undefined }, HarnessError>
  /** Runs a command that waits for 0.3 s before it makes this call. */
  readonly slow: (call: Call, command: Command) => Effect.Effect<Finished, HarnessError>
  /** Everything that i3pm may have written. */
  readonly state: () => Tree
  /** Puts this state there, as after a power cut. */
  readonly putState: (tree: Tree) => void
}

/** Temporary names, those that a file has while it is removed, and the record of a session, which ends with it. */
export const isLitter = (name: string) => isTemporary(name) || /^\.i3pm-|i3pm-session/.test(name)

/** The time of change in a record is the file's own, which the model of a disk does not keep. */
export const withoutTimes = (tree: Tree): Tree =>
  tree.map(entry => ({ ...entry, content: entry.content.replaceAll(/"mtime": [\d.]+/g, '"mtime": 0') }))

const makeEntries = (tree: Tree) => {
  for (const { content, kind, mode, path: file } of tree) {
    if (kind === "directory") fs.mkdirSync(file)
    else if (kind === "link") fs.symlinkSync(content, file)
    else fs.writeFileSync(file, content, { encoding: "latin1", mode })
    fs.lchownSync(file, TEST_UID, TEST_GID)
    if (kind === "file") fs.chmodSync(file, mode)
  }
}

/** A desk in a session of its own. */
export const makeDesk: Effect.Effect<Desk, HarnessError, Scope.Scope> = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const logs = yield* makeScratchDir
  const temporary = yield* makeScratchDir
  const lasting = [session.configHome, session.stateHome]
  const roots = [...lasting, temporary, session.runtimeDir]
  const node = [process.execPath, entry]
  const env = { TMPDIR: temporary }

  const run: Desk["run"] = command => session.run(process.execPath, [entry, ...command], { env })
  const done: Desk["done"] = command =>
    Effect.map(run(command), ({ code, stderr }) => {
      assert.strictEqual(code, 0, `${command.join(" ")}: ${stderr}`)
    })

  const makeLogDirectory = () => {
    const directory = fs.mkdtempSync(path.join(logs, "calls-"))
    fs.chownSync(directory, TEST_UID, TEST_GID)
    return directory
  }
  const record: Desk["record"] = (command, status = 0) =>
    Effect.gen(function* () {
      const directory = makeLogDirectory()
      const options = ["-ff", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-o", path.join(directory, "log")]
      const traced = ["-e", `trace=execve,${tracedCalls}`, "-e", "signal=none", ...node]
      const { code, stderr } = yield* session.run("strace", [...options, ...traced, ...command], { env })
      assert.strictEqual(code, status, `${command.join(" ")}: ${stderr}`)
      return mainThread(directory, { program: process.execPath, roots: lasting })
    })

  const logTo = path.join(logs, "killed")
  // Without -f, only the first thread is traced, which makes all changes.
  const injected = ({ name, nth }: Call, what: string) => {
    const inject = `inject=${name}:${what}:when=${nth}`
    return ["-q", "-y", "-s", "200", "-o", logTo, "-e", `trace=${name}`, "-e", inject, ...node]
  }
  const killer: Desk["killer"] = call => ["strace", ...injected(call, "signal=KILL")]
  const kill: Desk["kill"] = (call, command) =>
    session
      .run("strace", [...injected(call, "signal=KILL"), ...command], { env })
      .pipe(Effect.map(finished => ({ ...finished, at: killedAt(fs.readFileSync(logTo, "latin1")) })))
  const slow: Desk["slow"] = (call, command) =>
    session.run("strace", [...injected(call, "delay_enter=300000"), ...command], { env })

  const litter = () =>
    fs
      .readdirSync(session.runtimeDir)
      .filter(isLitter)
      .map(name => ({ path: path.join(session.runtimeDir, name), kind: "other", mode: 0, content: "" }) as const)
  const putState = (tree: Tree) => {
    for (const root of lasting) {
      for (const name of fs.readdirSync(root)) fs.rmSync(path.join(root, name), { recursive: true })
    }
    makeEntries(tree)
  }
  return {
    session,
    entry,
    makeLogDirectory,
    lasting,
    records: path.join(session.stateHome, "i3pm"),
    run,
    done,
    record,
    changesIn: calls => changesBelow(calls, roots),
    killer,
    kill,
    slow,
    state: () => withoutTimes([...readTree([...lasting, temporary]), ...litter()]),
    putState,
  }
})
