/** Descriptors that the service manager has passed to this process, as sd_listen_fds(3) reads them. */
import { fstatSync } from "node:fs"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../system/environment.ts"

/** A variable does not have the form of sd_listen_fds(3), or a descriptor is not a socket. The message names which. */
export class PassedDescriptorsError extends Data.TaggedError("PassedDescriptorsError")<{
  readonly reason: "BadVariable" | "NotASocket"
  readonly message: string
}> {}

/** A passed descriptor. */
export interface PassedDescriptor {
  readonly descriptor: number
  /** `FileDescriptorName=` of a socket unit, which is the unit's name by default, or the name in `OpenFile=`. */
  readonly name: string
}

/** `SD_LISTEN_FDS_START`. */
const FIRST = 3

/** The name of each descriptor if there is no `LISTEN_FDNAMES`. */
const UNNAMED = "unknown"

/** Also what newer versions of systemd set (`LISTEN_PIDFDID`, since 258). */
const variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"]

const bad = (name: string, value: string, expected: string) =>
  new PassedDescriptorsError({
    reason: "BadVariable",
    message: `${name} is ${JSON.stringify(value)}, and has to be ${expected} (sd_listen_fds(3)): unset it, or let systemd set it`,
  })

const countOf = (name: string): Effect.Effect<number | undefined, PassedDescriptorsError> =>
  Effect.flatMap(variable(name), found => {
    if (Option.isNone(found)) return Effect.succeed(undefined)
    const number = Number(found.value)
    return /^[0-9]+$/.test(found.value) && number > 0 && number < 2 ** 31 - FIRST
      ? Effect.succeed(number)
      : bad(name, found.value, "a number above 0")
  })

/** The descriptors that were passed to this process; none if the variables are for another process, or are not set. */
export const passedDescriptors: Effect.Effect<ReadonlyArray<PassedDescriptor>, PassedDescriptorsError> = Effect.gen(
  function* () {
    const pid = yield* countOf("LISTEN_PID")
    if (pid !== process.pid) return []
    const count = yield* countOf("LISTEN_FDS")
    if (count === undefined) return []
    const given = yield* variable("LISTEN_FDNAMES")
    const names = Option.map(given, text => text.split(":"))
    if (Option.exists(names, ({ length }) => length !== count)) {
      return yield* bad(
        "LISTEN_FDNAMES",
        Option.getOrElse(given, () => ""),
        `${count} names, as LISTEN_FDS says`,
      )
    }
    return Array.from({ length: count }, (_, index) => ({
      descriptor: FIRST + index,
      name: Option.getOrElse(names, () => [])[index] ?? UNNAMED,
    }))
  },
)

/** True for a descriptor that is open and a socket. Otherwise the number may be one of Node's own descriptors. */
export const isSocket = (descriptor: number): boolean => {
  try {
    return fstatSync(descriptor).isSocket()
  } catch {
    return false
  }
}

/**
 * {@link passedDescriptors} for a process that listens on them. The variables are removed, so that no child takes them for its own.
 * Fails if one is not a socket.
 */
export const takePassedSockets: Effect.Effect<
  ReadonlyArray<PassedDescriptor>,
  PassedDescriptorsError
> = passedDescriptors.pipe(
  Effect.ensuring(
    Effect.sync(() => {
      for (const name of variables) delete process.env[name]
    }),
  ),
  Effect.tap(all =>
    Effect.forEach(
      all.filter(({ descriptor }) => !isSocket(descriptor)),
      ({ descriptor, name }) =>
        new PassedDescriptorsError({
          reason: "NotASocket",
          message: `descriptor ${descriptor} (${name}), which LISTEN_FDS passes, is not a socket`,
        }),
    ),
  ),
)
