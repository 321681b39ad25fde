/**
 * A unit's commands, description and variables, read through D-Bus as JSON. Pure.
 *
 * `systemctl show` does not escape newlines in these values, so a value can look like another property or another unit.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { UnitProperties } from "./units/properties.ts"

/** A command of a unit. `argv[0]` is the name that the program is called by, which may differ from its path. */
export interface UnitCommand {
  readonly path: string
  readonly argv: ReadonlyArray<string>
}

/** The properties of a unit whose values may hold any text. */
export interface UnitDetails {
  readonly description: string
  /** The commands of `ExecStartPre=`, then those of `ExecStart=`. */
  readonly commands: ReadonlyArray<UnitCommand>
  /** The entries of `Environment=`, as `NAME=VALUE`. */
  readonly environment: ReadonlyArray<string>
  /** The names of `PassEnvironment=`. */
  readonly passEnvironment: ReadonlyArray<string>
}

/** The details of a unit without commands, such as a target. */
export const noDetails: UnitDetails = { description: "", commands: [], environment: [], passEnvironment: [] }

const text = Schema.Struct({ data: Schema.String })
const texts = Schema.Struct({ data: Schema.Array(Schema.String) })
/** `a(sasbttttuii)`: path, arguments, and the result of the last run (org.freedesktop.systemd1(5)). */
const commands = Schema.Struct({
  data: Schema.Array(Schema.Tuple([Schema.String, Schema.Array(Schema.String)], Schema.Unknown)),
})

/** busctl's JSON for a reply `a{sv}`. Other properties are ignored. */
const Reply = Schema.parseJson(
  Schema.Struct({
    data: Schema.Tuple(
      Schema.Struct({
        Description: Schema.optional(text),
        ExecStartPre: Schema.optional(commands),
        ExecStart: Schema.optional(commands),
        Environment: Schema.optional(texts),
        PassEnvironment: Schema.optional(texts),
      }),
    ),
  }),
)

const decode = Schema.decodeUnknownEither(Reply)

/** Parses the output of `busctl --json=short call … Properties GetAll s ""` for a unit. */
export const parseDetails = (json: string): Either.Either<UnitDetails, unknown> =>
  Either.map(decode(json), ({ data: [unit] }) => ({
    description: unit.Description?.data ?? "",
    commands: [...(unit.ExecStartPre?.data ?? []), ...(unit.ExecStart?.data ?? [])].map(([path, argv]) => ({
      path,
      argv,
    })),
    environment: unit.Environment?.data ?? [],
    passEnvironment: unit.PassEnvironment?.data ?? [],
  }))

/** A command as `systemctl show` prints it: `{ path=… ; argv[]=… ; ignore_errors=… ; … }`. Arguments are not quoted. */
const printedCommand = /path=(.*?) ; argv\[\]=(.*?) ; (?:ignore_errors|flags)=/gs

/**
 * The details from what `systemctl show` prints for one unit alone; used if there is no session bus. Arguments with spaces are
 * split, and a value with newlines may be cut, but the values of another unit cannot get in.
 */
export const detailsOf = ({
  Description = "",
  Environment = "",
  ExecStart = "",
  ExecStartPre = "",
  PassEnvironment = "",
}: UnitProperties): UnitDetails => ({
  description: Description,
  commands: [...`${ExecStartPre} ${ExecStart}`.matchAll(printedCommand)].map(([, path = "", words = ""]) => ({
    path,
    argv: words.split(" "),
  })),
  environment: Environment.split(" "),
  passEnvironment: PassEnvironment.split(" "),
})

/** The properties that {@link detailsOf} reads. */
export const printedDetails: ReadonlyArray<string> = [
  "Description",
  "ExecStartPre",
  "ExecStart",
  "Environment",
  "PassEnvironment",
]

const isPlain = (byte: number, index: number) =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (index > 0 && byte >= 0x30 && byte <= 0x39)

/** The D-Bus object path of a unit. Bytes other than letters and digits become `_xx` (sd_bus_path_encode(3)). */
export const unitObjectPath = (unit: string): string => {
  const bytes = [...Buffer.from(unit)]
  const label = bytes
    .map((byte, index) => (isPlain(byte, index) ? String.fromCharCode(byte) : `_${byte.toString(16).padStart(2, "0")}`))
    .join("")
  return `/org/freedesktop/systemd1/unit/${label}`
}
