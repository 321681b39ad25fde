/** The systemd user manager: its units and its environment, through `systemctl --user`. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Finished, Subprocess, type SubprocessError } from "../system/Subprocess.ts"
import { detailsOf, parseDetails, printedDetails, type UnitDetails, unitObjectPath } from "./unitDetails.ts"
import { parseProperties, type UnitProperties } from "./units/properties.ts"

/**
 * The user manager did not do what was asked; `command` is what was asked.
 *
 * `NoSystemd`: there is no systemctl. `NotRunning`: no user manager answers. `NoSuchUnit`: it knows no unit of that name.
 * `Timeout`: it did not answer in time. `Killed`: systemctl was killed, so it may be done or not. `Failed`: it refused, or a job failed; the message is systemctl's.
 */
export class UserManagerError extends Data.TaggedError("UserManagerError")<{
  readonly reason: "NoSystemd" | "NotRunning" | "NoSuchUnit" | "Timeout" | "Killed" | "Failed"
  readonly command: string
  readonly message: string
  readonly cause: unknown
}> {}

type Answer<A> = Effect.Effect<A, UserManagerError>

export class UserManager extends Context.Tag("i3pm/UserManager")<
  UserManager,
  {
    /** The version of systemd: 252, for example. */
    readonly version: Answer<number>
    /** One of the manager's own properties, such as `UnitPath`. */
    readonly property: (name: string) => Answer<string>
    /** What each unit is started with, the manager's own variables included. */
    readonly environment: Answer<ReadonlyMap<string, string>>
    readonly setEnvironment: (variables: Readonly<Record<string, string>>) => Answer<void>
    /** Takes variables away; those that are not there are no error. */
    readonly unsetEnvironment: (names: ReadonlyArray<string>) => Answer<void>
    /** Starts units and waits until their jobs are done. */
    readonly start: (units: ReadonlyArray<string>, deadline?: Duration.Duration) => Answer<void>
    /** Stops units and waits until their jobs are done; units that do not run are no error. */
    readonly stop: (units: ReadonlyArray<string>, deadline?: Duration.Duration) => Answer<void>
    /** Forgets that these units have failed, and how often they were started. */
    readonly resetFailed: (units: ReadonlyArray<string>) => Answer<void>
    /** Reads all unit files anew. */
    readonly reload: Answer<void>
    /**
     * Properties of each unit, in the order asked for. A name that no file defines has `LoadState` `not-found`. Only for
     * properties whose values have no newline, `Id` among them: it is how one unit is told from the next.
     */
    readonly show: (
      units: ReadonlyArray<string>,
      properties: ReadonlyArray<string>,
    ) => Answer<ReadonlyArray<UnitProperties>>
    /** What a unit runs and says of itself; each value whole, whatever is in it. */
    readonly details: (unit: string) => Answer<UnitDetails>
    /** The name of every unit that has a file or is loaded; templates too, with nothing between `@` and the dot. */
    readonly unitNames: Answer<ReadonlyArray<string>>
  }
>() {}

/** systemctl's exit status for a unit it does not know (systemctl(1), after LSB). */
const NO_SUCH_UNIT = 5

const decodeEnvironment = Schema.decodeUnknown(
  Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.String })),
)
const decodeUnitFiles = Schema.decodeUnknown(
  Schema.parseJson(Schema.Array(Schema.Struct({ unit_file: Schema.String }))),
)
const decodeUnits = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Schema.Struct({ unit: Schema.String }))))

/** What systemctl says when nobody answers: it has no exit status of its own for that. */
const isNoManager = (stderr: string) =>
  /Failed to connect to (?:bus|user scope bus)|Failed to get D-Bus connection|XDG_RUNTIME_DIR/.test(stderr)

const refused = (command: string, { code, stderr }: Finished) => {
  const said = stderr.trim().split("\n")[0] ?? ""
  const fail = (reason: UserManagerError["reason"], message: string) =>
    new UserManagerError({ reason, command, message, cause: { code, stderr } })
  if (isNoManager(stderr)) return fail("NotRunning", `there is no systemd user manager for this user: ${said}`)
  if (code === NO_SUCH_UNIT || /Unit \S+ not found|could not be found/.test(stderr)) return fail("NoSuchUnit", said)
  return fail("Failed", said === "" ? `${command} ended with exit status ${code}` : said)
}

const notRunReasons: Readonly<Partial<Record<SubprocessError["reason"], UserManagerError["reason"]>>> = {
  NotFound: "NoSystemd",
  Timeout: "Timeout",
  Killed: "Killed",
}

const notRun = (command: string) => (cause: SubprocessError) => {
  const reason = notRunReasons[cause.reason] ?? "Failed"
  const message =
    reason === "NoSystemd"
      ? "there is no systemd here: systemctl is not installed"
      : reason === "Timeout"
        ? `the user manager does not answer: ${command}: ${cause.message}`
        : cause.message
  return new UserManagerError({ reason, command, message, cause })
}

/** `text` is what it printed: its beginning is shown, in quotes, and never what the decoder made of it. */
const unreadable = (command: string, text: string) => (cause: unknown) =>
  new UserManagerError({
    reason: "Failed",
    command,
    message: `cannot understand what ${command} printed: ${JSON.stringify(text.slice(0, 60))}`,
    cause,
  })

const GET_ALL = ["org.freedesktop.DBus.Properties", "GetAll", "s", ""] as const

/** `systemctl show` prints a record for each unit. With another number, or without a name, one was taken for another. */
const isWhole = (
  records: ReadonlyArray<UnitProperties>,
  units: ReadonlyArray<string>,
  properties: ReadonlyArray<string>,
) =>
  records.length === units.length &&
  (!properties.includes("Id") || records.every(({ Id }) => Id !== undefined && !/\s/.test(Id)))

export const make = Effect.gen(function* () {
  const subprocess = yield* Subprocess

  const systemctl = (args: ReadonlyArray<string>, deadline?: Duration.Duration): Answer<string> => {
    const command = `systemctl --user ${args.join(" ")}`
    return subprocess
      .run("systemctl", ["--user", "--no-pager", ...args], deadline === undefined ? {} : { deadline })
      .pipe(
        Effect.mapError(notRun(command)),
        Effect.filterOrFail(
          ({ code }) => code === 0,
          finished => refused(command, finished),
        ),
        Effect.map(({ stdout }) => stdout),
      )
  }

  const act = (args: ReadonlyArray<string>, deadline?: Duration.Duration) => Effect.asVoid(systemctl(args, deadline))

  /** With no names, systemctl would do it to all or complain; here there is nothing to do. */
  const actOn = (verb: string, names: ReadonlyArray<string>, deadline?: Duration.Duration) =>
    names.length === 0 ? Effect.void : act([verb, "--", ...names], deadline)

  const version = Effect.flatMap(systemctl(["--version"]), text => {
    const match = /^systemd (\d+)/.exec(text)
    return match === null
      ? Effect.fail(unreadable("systemctl --version", text)(undefined))
      : Effect.succeed(Number(match[1]))
  })

  const environment = systemctl(["show-environment", "--output=json"]).pipe(
    Effect.flatMap(text =>
      Effect.mapError(decodeEnvironment(text), unreadable("systemctl --user show-environment", text)),
    ),
    Effect.map(record => new Map(Object.entries(record))),
  )

  const unitNames = Effect.gen(function* () {
    const files = yield* systemctl(["list-unit-files", "--output=json"]).pipe(
      Effect.flatMap(text =>
        Effect.mapError(decodeUnitFiles(text), unreadable("systemctl --user list-unit-files", text)),
      ),
    )
    const loaded = yield* systemctl(["list-units", "--all", "--output=json"]).pipe(
      Effect.flatMap(text => Effect.mapError(decodeUnits(text), unreadable("systemctl --user list-units", text))),
    )
    return [...new Set([...files.map(({ unit_file }) => unit_file), ...loaded.map(({ unit }) => unit)])].sort()
  })

  const show = (units: ReadonlyArray<string>, properties: ReadonlyArray<string>) =>
    Effect.flatMap(systemctl(["show", "-p", properties.join(","), "--", ...units]), text => {
      const records = parseProperties(text)
      return isWhole(records, units, properties)
        ? Effect.succeed(records)
        : Effect.fail(unreadable(`systemctl --user show -p ${properties.join(",")}`, text)(undefined))
    })

  /** Where there is no bus, as without Debian's dbus-user-session: from the manager's own text, for this unit alone. */
  const printed = (unit: string) =>
    Effect.map(systemctl(["show", "-p", printedDetails.join(","), "--", unit]), text => {
      const [properties] = parseProperties(text.replaceAll("\n\n", "\n"))
      return detailsOf(properties ?? {})
    })

  const details = (unit: string): Answer<UnitDetails> => {
    const words = ["--user", "--json=short", "call", "org.freedesktop.systemd1", unitObjectPath(unit), ...GET_ALL]
    const command = `busctl ${words.join(" ")}`
    return subprocess.run("busctl", words).pipe(
      Effect.catchIf(
        ({ reason }) => reason === "NotFound",
        () => Effect.succeed({ code: 1, stdout: "", stderr: "" }),
      ),
      Effect.mapError(notRun(command)),
      Effect.flatMap(({ code, stdout }) =>
        code === 0 ? Effect.mapError(parseDetails(stdout), unreadable(command, stdout)) : printed(unit),
      ),
    )
  }

  return UserManager.of({
    version,
    property: name => Effect.map(systemctl(["show", "-p", name, "--value"]), text => text.trimEnd()),
    environment,
    setEnvironment: variables =>
      actOn(
        "set-environment",
        Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ),
    unsetEnvironment: names => actOn("unset-environment", names),
    start: (units, deadline) => actOn("start", units, deadline),
    stop: (units, deadline) => actOn("stop", units, deadline),
    resetFailed: units => actOn("reset-failed", units),
    reload: act(["daemon-reload"]),
    show: (units, properties) => (units.length === 0 ? Effect.succeed([]) : show(units, properties)),
    details,
    unitNames,
  })
})

export const layer: Layer.Layer<UserManager, never, Subprocess> = Layer.effect(UserManager, make)
