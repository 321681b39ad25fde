/** The policy of a restricted socket, made of the lists in the configuration. Pure. */
import * as Either from "effect/Either"
import { eventNames, requestNames, requestTypes } from "../../ipc/Message.ts"
import { cutText } from "../../system/cutText.ts"
import { escapeControl } from "../../system/escapeControl.ts"
import { textOf } from "../../system/rawText.ts"
import { type Dialect, failedCommands, failedRequest, jsonIn, refusedSubscription } from "../dialect.ts"
import { namesIn } from "../subscriptions.ts"
import { type CommandPattern, countAny, fitsPattern, readPattern, writeCommand } from "./CommandPattern.ts"
import { parsePayload } from "./commandText.ts"
import type { Policy, Verdict } from "./Policy.ts"
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

const LONGEST_WHY = 200

const notAllowed = "i3pm: not allowed on this socket"

const refuse = (answer: string, what: string, given: string): Verdict => {
  const why = given === "" ? what : `${what}: ${given}`
  return { _tag: "Refuse", answer, why: cutText(escapeControl(why), LONGEST_WHY) }
}

/** The beginning of a payload, for the log. */
const beginning = (payload: Buffer): string => textOf(payload.subarray(0, LONGEST_WHY))

const judgeCommands = (patterns: ReadonlyArray<CommandPattern>, payload: Buffer, dialect: Dialect): Verdict => {
  const parsed = parsePayload(payload)
  if (!parsed.ok)
    return refuse(failedCommands(dialect, 1, notAllowed), `a command with ${parsed.why}`, beginning(payload))
  const { commands } = parsed
  if (commands.length === 0) return { _tag: "Answer", answer: jsonIn(dialect, []) }
  const written: Array<string> = []
  for (const command of commands) {
    const pattern = patterns.find(each => fitsPattern(each, command))
    if (pattern === undefined) {
      const answer = failedCommands(dialect, commands.length, notAllowed)
      return refuse(answer, "a command that is not listed", command.map(({ text }) => text).join(" "))
    }
    written.push(writeCommand(pattern, command))
  }
  return { _tag: "Rewrite", payload: written.join(";") }
}

const judgeSubscription = (events: ReadonlySet<string>, payload: Buffer, dialect: Dialect): Verdict => {
  const names = namesIn(payload)
  if (names === undefined) {
    return refuse(refusedSubscription(dialect), "a subscription that is not an array of names", beginning(payload))
  }
  const other = names.find(name => !events.has(name))
  if (other !== undefined) {
    return refuse(refusedSubscription(dialect), "a subscription to an event that is not listed", other)
  }
  return { _tag: "Rewrite", payload: JSON.stringify(names) }
}

interface Lists {
  readonly requests: ReadonlySet<number>
  readonly events: ReadonlySet<string>
  readonly patterns: ReadonlyArray<CommandPattern>
}

const policyOf = ({ events, patterns, requests }: Lists): Policy => ({
  judge: (type, payload, dialect) => {
    if (type === requestTypes.command) return judgeCommands(patterns, payload, dialect)
    if (type === requestTypes.subscribe) return judgeSubscription(events, payload, dialect)
    if (requests.has(type)) return { _tag: "Pass" }
    const name = requestNames.find(known => requestTypes[known] === type)
    if (name === undefined) return { _tag: "Ignore" }
    return refuse(failedRequest(dialect, notAllowed), "a request that is not listed", name)
  },
})

/** The requests that need no list of their own, and the list that decides about them. */
const decidedBy: Readonly<Record<string, string>> = { command: "commands", subscribe: "events" }

/** The policy of these lists. What is not listed is refused. Fails at the first entry that cannot be used. */
export const makePolicy = (options: PolicyOptions): Either.Either<Policy, PolicyError> => {
  const { commands = [], events = [], preset, requests = [], socket } = options
  const wrong = (reason: PolicyError["reason"], entry: string, what: string) =>
    Either.left(new PolicyError({ reason, socket, entry, message: `relay.sockets.${socket}: ${what}` }))
  const quoted = (entry: string) => `"${cutText(escapeControl(entry), LONGEST_WHY)}"`

  const base = presets.get(preset ?? "")
  if (preset !== undefined && base === undefined) {
    return wrong(
      "UnknownPreset",
      preset,
      `there is no preset ${quoted(preset)}, only ${[...presets.keys()].join(", ")}`,
    )
  }
  const types = new Set<number>(base?.requests.map(name => requestTypes[name]))
  for (const entry of requests) {
    const list = Object.hasOwn(decidedBy, entry) ? decidedBy[entry] : undefined
    if (list !== undefined) {
      return wrong(
        "UnknownRequest",
        entry,
        `${quoted(entry)} cannot be in requests: what it may ask for is listed in ${list}`,
      )
    }
    const name = requestNames.find(known => known === entry)
    if (name === undefined) {
      const known = requestNames.filter(each => !Object.hasOwn(decidedBy, each)).join(", ")
      return wrong("UnknownRequest", entry, `there is no request ${quoted(entry)}, only ${known}`)
    }
    types.add(requestTypes[name])
  }
  const unknown = events.find(entry => !eventNames.some(name => name === entry))
  if (unknown !== undefined) {
    return wrong("UnknownEvent", unknown, `there is no event ${quoted(unknown)}, only ${eventNames.join(", ")}`)
  }
  const patterns: Array<CommandPattern> = []
  for (const entry of [...(base?.commands ?? []), ...commands]) {
    const read = readPattern(entry)
    if (!read.ok) return wrong("WrongPattern", entry, `the command ${quoted(entry)} cannot be used. ${read.why}`)
    patterns.push(read.pattern)
  }
  // Those with fewer `*` first: to i3 `workspace next` is another command than `workspace "next"`.
  patterns.sort((one, other) => countAny(one) - countAny(other))
  return Either.right(policyOf({ requests: types, events: new Set([...(base?.events ?? []), ...events]), patterns }))
}
