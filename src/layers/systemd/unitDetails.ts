/**
 * What a unit runs and says, read through D-Bus as JSON. `systemctl show` prints newlines of these values as they are, so its
 * text can be taken for another property or for another unit. Pure.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { UnitProperties } from "./units/properties.ts"

/** A unit's command: the program's path and its words, the program's own name first. */
export interface UnitCommand {
  readonly path: string
  readonly argv: ReadonlyArray<string>
}

/** The values of a unit that may hold any text. */
export interface UnitDetails {
  readonly description: string
  /** Of `ExecStartPre=` and `ExecStart=`, in this order. */
  readonly commands: ReadonlyArray<UnitCommand>
  /** `NAME=VALUE` of `Environment=`. */
  readonly environment: ReadonlyArray<string>
  /** The names of `PassEnvironment=`. */
  readonly passEnvironment: ReadonlyArray<string>
}

/** Of a unit that runs nothing, such as a target. */
export const noDetails: UnitDetails = { description: "", commands: [], environment: [], passEnvironment: [] }

const text = Schema.Struct({ data: Schema.String })
const texts = Schema.Struct({ data: Schema.Array(Schema.String) })
/** `a(sasbttttuii)`: path, words, and what became of the last run (org.freedesktop.systemd1(5)). */
const commands = Schema.Struct({
  data: Schema.Array(Schema.Tuple([Schema.String, Schema.Array(Schema.String)], Schema.Unknown)),
})

/** busctl's JSON of a reply `a{sv}`; properties that are not of interest are not looked at. */
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

/** Reads what `busctl --json=short call … Properties GetAll s ""` prints for a unit. */
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

/** A command as `systemctl show` prints it: `{ path=… ; argv[]=… ; ignore_errors=… ; … }`, the words without quotes. */
const printedCommand = /path=(.*?) ; argv\[\]=(.*?) ; (?:ignore_errors|flags)=/gs

/**
 * Reads what `systemctl show` prints for one unit alone, where there is no bus to ask. Words with spaces come apart, and a
 * value with newlines may be cut; it can only mislead about the unit itself.
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

/** The object path of a unit: each byte but letters and digits is written `_xx` (sd_bus_path_encode(3)). */
export const unitObjectPath = (unit: string): string => {
  const bytes = [...Buffer.from(unit)]
  const label = bytes
    .map((byte, index) => (isPlain(byte, index) ? String.fromCharCode(byte) : `_${byte.toString(16).padStart(2, "0")}`))
    .join("")
  return `/org/freedesktop/systemd1/unit/${label}`
}
