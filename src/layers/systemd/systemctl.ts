/** Runs `systemctl --user`, and `busctl --user` for what systemctl prints ambiguously, and parses their output. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Subprocess } from "../system/Subprocess.ts"
import { environmentArguments } from "./firstQuestions.ts"
import { notRun, refused, type UserManagerError, unexpectedOutput } from "./UserManagerError.ts"
import { detailsOf, parseDetails, printedDetails, type UnitDetails, unitObjectPath } from "./unitDetails.ts"
import { parseProperties, type UnitProperties } from "./units/properties.ts"

/** The result of a request to the manager. */
export type Answer<A> = Effect.Effect<A, UserManagerError>

/** Runs systemctl with these arguments and gives its stdout. `deadline` is `Subprocess`'s by default. */
export type Systemctl = (args: ReadonlyArray<string>, deadline?: Duration.Duration) => Answer<string>

/** The first arguments of each command. */
const COMMON = ["--user", "--no-pager"] as const

/** A {@link Systemctl} on real or fake processes. An exit status other than 0 is a `UserManagerError`. */
export const makeSystemctl =
  (subprocess: Subprocess["Type"]): Systemctl =>
  (args, deadline) => {
    const command = `systemctl --user ${args.join(" ")}`
    return subprocess.run("systemctl", [...COMMON, ...args], deadline === undefined ? {} : { deadline }).pipe(
      Effect.mapError(notRun(command)),
      Effect.filterOrFail(
        ({ code }) => code === 0,
        finished => refused(command, finished),
      ),
      Effect.map(({ stdout }) => stdout),
    )
  }

const decodeEnvironment = Schema.decodeUnknown(
  Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.String })),
)
const decodeUnitFiles = Schema.decodeUnknown(
  Schema.parseJson(Schema.Array(Schema.Struct({ unit_file: Schema.String }))),
)
const decodeUnits = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Schema.Struct({ unit: Schema.String }))))

/** See `UserManager.version`. */
export const queryVersion = (systemctl: Systemctl): Answer<number> =>
  Effect.flatMap(systemctl(["--version"]), text => {
    const match = /^systemd (\d+)/.exec(text)
    return match === null
      ? Effect.fail(unexpectedOutput("systemctl --version", text)(undefined))
      : Effect.succeed(Number(match[1]))
  })

/** See `UserManager.environment`. */
export const queryEnvironment = (systemctl: Systemctl): Answer<ReadonlyMap<string, string>> =>
  systemctl(environmentArguments.slice(COMMON.length)).pipe(
    Effect.flatMap(text =>
      Effect.mapError(decodeEnvironment(text), unexpectedOutput("systemctl --user show-environment", text)),
    ),
    Effect.map(record => new Map(Object.entries(record))),
  )

/** See `UserManager.unitNames`. */
export const queryUnitNames = (systemctl: Systemctl): Answer<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const askFiles = systemctl(["list-unit-files", "--output=json"]).pipe(
      Effect.flatMap(text =>
        Effect.mapError(decodeUnitFiles(text), unexpectedOutput("systemctl --user list-unit-files", text)),
      ),
    )
    const askLoaded = systemctl(["list-units", "--all", "--output=json"]).pipe(
      Effect.flatMap(text => Effect.mapError(decodeUnits(text), unexpectedOutput("systemctl --user list-units", text))),
    )
    const [files, loaded] = yield* Effect.all([askFiles, askLoaded], { concurrency: 2 })
    return [...new Set([...files.map(({ unit_file }) => unit_file), ...loaded.map(({ unit }) => unit)])].sort()
  })

/** True if the output has one record for each unit. Otherwise a newline in a value was taken for the end of a record. */
const isComplete = (
  records: ReadonlyArray<UnitProperties>,
  units: ReadonlyArray<string>,
  properties: ReadonlyArray<string>,
) =>
  records.length === units.length &&
  (!properties.includes("Id") || records.every(({ Id }) => Id !== undefined && !/\s/.test(Id)))

/** See `UserManager.show`. `units` must not be empty: systemctl would then show the manager itself. */
export const queryProperties = (
  systemctl: Systemctl,
  units: ReadonlyArray<string>,
  properties: ReadonlyArray<string>,
): Answer<ReadonlyArray<UnitProperties>> =>
  Effect.flatMap(systemctl(["show", "-p", properties.join(","), "--", ...units]), text => {
    const records = parseProperties(text)
    return isComplete(records, units, properties)
      ? Effect.succeed(records)
      : Effect.fail(unexpectedOutput(`systemctl --user show -p ${properties.join(",")}`, text)(undefined))
  })

/** The details from systemctl's text for one unit, for systems without a session bus (Debian without dbus-user-session). */
const printedDetailsOf = (systemctl: Systemctl, unit: string) =>
  Effect.map(systemctl(["show", "-p", printedDetails.join(","), "--", unit]), text => {
    const [properties] = parseProperties(text.replaceAll("\n\n", "\n"))
    return detailsOf(properties ?? {})
  })

const GET_ALL = ["org.freedesktop.DBus.Properties", "GetAll", "s", ""] as const

/** See `UserManager.details`. */
export const queryDetails = (
  subprocess: Subprocess["Type"],
  systemctl: Systemctl,
  unit: string,
): Answer<UnitDetails> => {
  const words = ["--user", "--json=short", "call", "org.freedesktop.systemd1", unitObjectPath(unit), ...GET_ALL]
  const command = `busctl ${words.join(" ")}`
  return subprocess.run("busctl", words).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "NotFound",
      () => Effect.succeed({ code: 1, stdout: "", stderr: "" }),
    ),
    Effect.mapError(notRun(command)),
    Effect.flatMap(({ code, stdout }) =>
      code === 0
        ? Effect.mapError(parseDetails(stdout), unexpectedOutput(command, stdout))
        : printedDetailsOf(systemctl, unit),
    ),
  )
}
