/** The policy of a restricted socket, made of the lists in the configuration. Pure. */
import * as Either from "effect/Either"
import { eventNames, requestNames, requestTypes } from "../../ipc/Message.ts"
import { cutText } from "../../system/cutText.ts"
import { escapeControl } from "../../system/escapeControl.ts"
import { type CommandPattern, countAny, readPattern } from "./CommandPattern.ts"
import { policyOf } from "./judge.ts"
import type { Policy } from "./Policy.ts"
import { PolicyError } from "./PolicyError.ts"
import { presets } from "./presets.ts"

/** The lists of `relay.sockets.NAME`, as they stand in the configuration. They add to the preset. */
export interface PolicyOptions {
  /** The name of the socket, for errors. */
  readonly socket: string
  readonly preset?: string | undefined
  /** Names as in `swaymsg -t`. */
  readonly requests?: ReadonlyArray<string> | undefined
  readonly events?: ReadonlyArray<string> | undefined
  readonly commands?: ReadonlyArray<string> | undefined
}

/** These requests have lists of their own. */
const listOf: ReadonlyMap<string, string> = new Map([
  ["command", "commands"],
  ["subscribe", "events"],
])

const quoted = (entry: string): string => `"${cutText(escapeControl(entry), 200)}"`

/** What is wrong, without the name of the socket. */
type Fault = Pick<PolicyError, "reason" | "entry" | "message">

const fault = (reason: Fault["reason"], entry: string, message: string) => Either.left({ reason, entry, message })

const requestOf = (entry: string): Either.Either<number, Fault> => {
  const list = listOf.get(entry)
  if (list !== undefined) {
    return fault(
      "UnknownRequest",
      entry,
      `${quoted(entry)} cannot be in requests: what is allowed of it is listed in ${list}`,
    )
  }
  const name = requestNames.find(known => known === entry)
  if (name !== undefined) return Either.right(requestTypes[name])
  const known = requestNames.filter(each => !listOf.has(each)).join(", ")
  return fault("UnknownRequest", entry, `there is no request ${quoted(entry)}, only ${known}`)
}

const eventOf = (entry: string): Either.Either<string, Fault> =>
  eventNames.some(name => name === entry)
    ? Either.right(entry)
    : fault("UnknownEvent", entry, `there is no event ${quoted(entry)}, only ${eventNames.join(", ")}`)

const patternOf = (entry: string): Either.Either<CommandPattern, Fault> => {
  const read = readPattern(entry)
  if (read.ok) return Either.right(read.pattern)
  return fault("WrongPattern", entry, `the command ${quoted(entry)} cannot be used. ${read.why}`)
}

const read = ({ commands = [], events = [], preset, requests = [] }: PolicyOptions): Either.Either<Policy, Fault> => {
  const base = presets.get(preset ?? "")
  if (preset !== undefined && base === undefined) {
    const names = [...presets.keys()].join(", ")
    return fault("UnknownPreset", preset, `there is no preset ${quoted(preset)}, only ${names}`)
  }
  return Either.map(
    Either.all([
      Either.all([...(base?.requests ?? []), ...requests].map(requestOf)),
      Either.all([...(base?.events ?? []), ...events].map(eventOf)),
      Either.all([...(base?.commands ?? []), ...commands].map(patternOf)),
    ]),
    ([types, names, patterns]) =>
      policyOf({
        requests: new Set(types),
        events: new Set(names),
        // Those with fewer `*` first: to i3 `workspace next` is another command than `workspace "next"`.
        patterns: patterns.toSorted((one, other) => countAny(one) - countAny(other)),
      }),
  )
}

/** The policy of these lists. What is not listed is refused. Fails at the first entry that cannot be used. */
export const makePolicy = (options: PolicyOptions): Either.Either<Policy, PolicyError> =>
  Either.mapLeft(
    read(options),
    ({ message, ...where }) =>
      new PolicyError({ ...where, socket: options.socket, message: `relay.sockets.${options.socket}: ${message}` }),
  )
