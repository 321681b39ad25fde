/** Puts the line for `session run` into the sway configuration that is in use, and takes it out again. */
import { accessSync, constants, readFileSync, realpathSync, rmdirSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname } from "node:path"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as durable from "../../system/durable.ts"
import { errnoOf, wordsFor } from "../../system/errno.ts"
import type { Subprocess } from "../../system/Subprocess.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import { WriteLock, type WriteLockError } from "../../system/WriteLock.ts"
import { lineIn, sessionLineIn, withBlock, withoutBlock } from "./block.ts"
import * as Copied from "./copied.ts"
import { type ConfigFile, closureOf, includesOf } from "./includes.ts"
import { check } from "./swayCheck.ts"

/**
 * The configuration was not changed; `path` is the file.
 *
 * `NoConfig`: sway has none that could be found. `ReadOnly`: it cannot be written, or another program writes it. `Invalid`: sway
 * finds an error in it. `Unchecked`: sway could not be asked. `Failed`: the system said so, see `cause`.
 */
export class SessionConfigError extends Data.TaggedError("SessionConfigError")<{
  readonly reason: "NoConfig" | "ReadOnly" | "Invalid" | "Unchecked" | "Failed"
  readonly path: string | undefined
  readonly message: string
  readonly cause?: unknown
}> {}

/** What was done or would be done to one file. `before` and `after` are its text, one byte a character. */
export interface ConfigChange {
  readonly status: "installed" | "removed" | "planned" | "unchanged"
  /** The file; the one with the line already where nothing was to be done. */
  readonly path: string
  /** The file that a new one was copied from. */
  readonly copiedFrom: string | undefined
  readonly before: string
  readonly after: string
  /** What a person should know, one sentence each. */
  readonly warnings: ReadonlyArray<string>
}

/** Where to look, and what to put there. */
export interface InstallRequest {
  /** The file that the running sway has loaded, where one runs. */
  readonly loaded: string | undefined
  readonly line: string
  readonly dryRun: boolean
  /** The variables that the configuration is read with. */
  readonly environment: Readonly<Record<string, string>>
}

type Failure = SessionConfigError | WriteLockError

export class SessionConfig extends Context.Tag("i3pm/SessionConfig")<
  SessionConfig,
  {
    /** Adds the line, unless one that starts the session is there already. Nothing is changed where sway objects to it. */
    readonly install: (request: InstallRequest) => Effect.Effect<ConfigChange, Failure>
    /** Takes the line out of each file that has it. A copy that nobody has changed since goes as a whole. */
    readonly uninstall: (
      request: Pick<InstallRequest, "loaded" | "dryRun" | "environment">,
    ) => Effect.Effect<ReadonlyArray<ConfigChange>, Failure>
  }
>() {}

const failed = (path: string) => (cause: unknown) =>
  new SessionConfigError({
    reason: "Failed",
    path,
    message: `cannot change ${path}: ${wordsFor(errnoOf(cause))}`,
    cause,
  })

const attempt = <A>(path: string, act: () => A) => Effect.try({ try: act, catch: failed(path) })

const canWrite = (path: string) => Either.isRight(Either.try(() => accessSync(path, constants.W_OK)))

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Where sway looks for its configuration, in its order (sway(1), FILES). */
const searchOrder = (config: string, home: string | undefined): ReadonlyArray<string> => [
  ...(home === undefined ? [] : [`${home}/.sway/config`]),
  `${config}/sway/config`,
  ...(home === undefined ? [] : [`${home}/.i3/config`]),
  `${config}/i3/config`,
  "/etc/sway/config",
  "/usr/local/etc/sway/config",
  "/etc/i3/config",
]

/** Debian's sway names its own `//etc/sway/config`. */
const isDistributions = (path: string) => /^\/+(?:etc|usr)\//.test(path)

/** What is to be written, and where. */
interface Target {
  readonly path: string
  readonly before: string
  readonly copiedFrom: string | undefined
}

const readOnly = (path: string, line: string) => {
  const why = path.startsWith("/nix/store/")
    ? "Nix makes it: put the line into your configuration"
    : "it cannot be written"
  return new SessionConfigError({
    reason: "ReadOnly",
    path,
    message: `${path} is not changed: ${why}. The line is: ${line}`,
  })
}

/** A directory of the user's own that the configuration includes every file of, or every `*.conf`. */
const ownConfigDirectory = (main: ConfigFile, environment: Readonly<Record<string, string>>): string | undefined => {
  const home = environment["HOME"] ?? "/nonexistent"
  return includesOf(main, environment)
    .filter(pattern => /\/\*(?:\.conf)?$/.test(pattern) && pattern.startsWith(`${home}/`))
    .map(dirname)
    .find(directory => canWrite(directory))
}

const DROP_IN = "50-i3pm-session.conf"

export const make = Effect.gen(function* () {
  const { config, state } = yield* UserDirs
  const lock = yield* WriteLock
  const context = yield* Effect.context<Subprocess>()

  const mainFile = (loaded: string | undefined, environment: Readonly<Record<string, string>>) => {
    const order = searchOrder(config, environment["HOME"])
    // A sway that has loaded the distribution's takes the user's own at its next start, if there is one by now.
    const path = [...(loaded === undefined || isDistributions(loaded) ? [] : [loaded]), ...order].find(isFile)
    return path === undefined
      ? Effect.fail(
          new SessionConfigError({
            reason: "NoConfig",
            path: undefined,
            message: `there is no configuration of sway: looked at ${order.join(", ")}`,
          }),
        )
      : Effect.succeed(path)
  }

  /** The file that gets the line: the user's own, a file in a directory that is included, or a copy of the distribution's. */
  const targetOf = (path: string, { environment, line }: InstallRequest) =>
    Effect.gen(function* () {
      const real = yield* attempt(path, () => realpathSync(path))
      const text = yield* attempt(real, () => readFileSync(real, "latin1"))
      const directory = ownConfigDirectory({ path, text }, environment)
      if (directory !== undefined) {
        const dropIn = `${directory}/${DROP_IN}`
        const before = isFile(dropIn) ? yield* attempt(dropIn, () => readFileSync(dropIn, "latin1")) : ""
        return { path: dropIn, before, copiedFrom: undefined } satisfies Target
      }
      // The rename takes the place of the file that a link leads to, and leaves the link.
      if (canWrite(real) && canWrite(dirname(real)))
        return { path: real, before: text, copiedFrom: undefined } satisfies Target
      const own = `${config}/sway/config`
      if (!isDistributions(real) || isFile(own)) return yield* readOnly(real, line)
      return { path: own, before: text, copiedFrom: real } satisfies Target
    })

  /** A file that has the block already, where a link leads to. */
  const existing = ({ path, text }: ConfigFile, line: string) =>
    Effect.gen(function* () {
      const real = yield* attempt(path, () => realpathSync(path))
      if (!canWrite(real) || !canWrite(dirname(real))) return yield* readOnly(real, line)
      return { path: real, before: text, copiedFrom: undefined } satisfies Target
    })

  /** Sway's word on a text that is to be at `path`: from a file beside it, so that what it includes is found. */
  const judge = (path: string, text: string, environment: Readonly<Record<string, string>>) =>
    Effect.acquireUseRelease(
      attempt(path, () => {
        const made = durable.makeDirectory(dirname(path))
        const beside = durable.besideOf(path)
        writeFileSync(beside, Buffer.from(text, "latin1"), { mode: 0o600 })
        return { beside, made }
      }),
      ({ beside }) => Effect.provide(check(beside, environment), context),
      ({ beside, made }) =>
        Effect.sync(() => {
          Either.try(() => durable.removeFile(beside))
          if (made !== undefined) Either.try(() => rmdirSync(made))
        }),
    )

  /** Sway's objection to the new text is passed on, with what it says of the old one. */
  const prove = (target: Target, after: string, environment: Readonly<Record<string, string>>) =>
    Effect.gen(function* () {
      const verdict = yield* judge(target.path, after, environment)
      if (verdict._tag === "right") return
      if (verdict._tag === "unchecked") {
        const message = `${target.path} is not changed, since sway -C could not check it: ${verdict.why}`
        return yield* new SessionConfigError({ reason: "Unchecked", path: target.path, message })
      }
      const old = target.before === "" ? undefined : yield* judge(target.path, target.before, environment)
      const since = old?._tag === "wrong" ? "an error that was there before" : "an error"
      return yield* new SessionConfigError({
        reason: "Invalid",
        path: target.path,
        message: `${target.path} is not changed, since sway finds ${since}: ${verdict.errors}`,
      })
    })

  const install = (request: InstallRequest) =>
    Effect.gen(function* () {
      const { dryRun, environment, line } = request
      const main = yield* mainFile(request.loaded, environment)
      const there = closureOf(main, environment).find(({ text }) => sessionLineIn(text) !== undefined)
      if (there !== undefined && (lineIn(there.text) === undefined || lineIn(there.text) === line)) {
        const warnings = [`${there.path}:${sessionLineIn(there.text)} starts the session already`]
        const same = { before: there.text, after: there.text, copiedFrom: undefined }
        return { status: "unchanged", path: there.path, ...same, warnings } satisfies ConfigChange
      }
      // A block with another line in it, from a program that was elsewhere: the line is replaced where it is.
      const target = there === undefined ? yield* targetOf(main, request) : yield* existing(there, line)
      const after = withBlock(target.before, line)
      if (dryRun) return { status: "planned", ...target, after, warnings: [] } satisfies ConfigChange
      durable.removeLeftovers(dirname(target.path))
      if (target.copiedFrom !== undefined) yield* attempt(target.path, () => Copied.note(state, target.path, after))
      yield* Effect.tapError(prove(target, after, environment), () =>
        Effect.sync(() => Copied.forget(state, target.path)),
      )
      const mode = isFile(target.path) ? statSync(target.path).mode & 0o7777 : 0o644
      yield* attempt(target.path, () => {
        durable.makeDirectory(dirname(target.path))
        durable.replaceFileDurably(target.path, Buffer.from(after, "latin1"), { mode })
      })
      return { status: "installed", ...target, after, warnings: [] } satisfies ConfigChange
    })

  const removeFrom = ({ path, text }: ConfigFile, dryRun: boolean) =>
    Effect.gen(function* () {
      const isCopy = Copied.isUntouched(state, path, text)
      const rest = withoutBlock(text)
      const isOurs = isCopy || (basename(path) === DROP_IN && rest.trim() === "")
      const change = { path, before: text, after: isOurs ? "" : rest, copiedFrom: undefined, warnings: [] }
      if (dryRun) return { ...change, status: "planned" } satisfies ConfigChange
      durable.removeLeftovers(dirname(path))
      yield* attempt(path, () => {
        if (isOurs) durable.removeFile(path)
        else durable.replaceFileDurably(path, Buffer.from(rest, "latin1"), { mode: statSync(path).mode & 0o7777 })
        if (isCopy) Either.try(() => rmdirSync(dirname(path)))
        Copied.forget(state, path)
      })
      return { ...change, status: "removed" } satisfies ConfigChange
    })

  /** Removes what an install that was killed has left in these directories, or where it was to make a copy. */
  const removeUnfinished = (directories: Iterable<string>) => {
    for (const directory of directories) durable.removeLeftovers(directory)
    const copy = Copied.unmade(state)
    if (copy === undefined) return
    durable.removeLeftovers(dirname(copy))
    Either.try(() => rmdirSync(dirname(copy)))
    Copied.forget(state, copy)
  }

  const uninstall: SessionConfig["Type"]["uninstall"] = ({ dryRun, environment, loaded }) =>
    Effect.gen(function* () {
      const starts = [loaded, ...searchOrder(config, environment["HOME"])].filter(
        path => path !== undefined && isFile(path),
      )
      const files = new Map<string, ConfigFile>()
      const searched = new Set<string>()
      for (const start of starts) {
        for (const { path, text } of closureOf(start ?? "", environment)) {
          const real = yield* attempt(path, () => realpathSync(path))
          searched.add(dirname(real))
          const dropIns = ownConfigDirectory({ path, text }, environment)
          if (dropIns !== undefined) searched.add(dropIns)
          if (lineIn(text) !== undefined) files.set(real, { path: real, text })
        }
      }
      if (!dryRun) removeUnfinished(searched)
      return yield* Effect.forEach(files.values(), file => removeFrom(file, dryRun))
    })

  return SessionConfig.of({
    install: request => (request.dryRun ? install(request) : lock.hold(install(request))),
    uninstall: request => (request.dryRun ? uninstall(request) : lock.hold(uninstall(request))),
  })
})

export const layer: Layer.Layer<SessionConfig, never, UserDirs | WriteLock | Subprocess> = Layer.effect(
  SessionConfig,
  make,
)
