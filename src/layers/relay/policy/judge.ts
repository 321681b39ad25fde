/** What becomes of each request on a restricted socket. Pure. */
import { eventNameOf, requestNames, requestTypes } from "../../ipc/Message.ts"
import { cutText } from "../../system/cutText.ts"
import { escapeControl } from "../../system/escapeControl.ts"
import { textOf } from "../../system/rawText.ts"
import { type Dialect, failedCommands, failedRequest, jsonIn, refusedSubscription } from "../dialect.ts"
import { namesIn } from "../subscriptions.ts"
import { type CommandPattern, fitsPattern, textThatEnds, writeCommand } from "./CommandPattern.ts"
import { type Command, parsePayload } from "./commandText.ts"
import type { Policy, Verdict } from "./Policy.ts"

/** Most bytes of what is logged of a refusal. */
const LONGEST_WHY = 200

const notAllowed = "i3pm: not allowed on this socket"

const refuse = (answer: string, what: string, given: string): Verdict => {
  const why = given === "" ? what : `${what}: ${given}`
  return { _tag: "Refuse", answer, why: cutText(escapeControl(why), LONGEST_WHY) }
}

/** The beginning of a payload, for the log. */
const beginning = (payload: Buffer): string => textOf(payload.subarray(0, LONGEST_WHY))

const textOfAll = (command: Command): string => command.map(({ text }) => text).join(" ")

const judgeCommands = (patterns: ReadonlyArray<CommandPattern>, payload: Buffer, dialect: Dialect): Verdict => {
  const parsed = parsePayload(payload)
  if (!parsed.ok)
    return refuse(failedCommands(dialect, 1, notAllowed), `a command with ${parsed.why}`, beginning(payload))
  const { commands } = parsed
  if (commands.length === 0) return { _tag: "Answer", answer: jsonIn(dialect, []) }
  const failed = () => failedCommands(dialect, commands.length, notAllowed)
  const written: Array<string> = []
  for (const command of commands) {
    const pattern = patterns.find(each => fitsPattern(each, command))
    if (pattern === undefined) return refuse(failed(), "a command that is not listed", textOfAll(command))
    const ending = textThatEnds(pattern, command)
    if (ending !== undefined) return refuse(failed(), "a text with a comma, which ends a command of i3 there", ending)
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

/** What is allowed. Of the patterns the first one that fits counts. */
export interface Lists {
  /** Types of messages, without RUN_COMMAND and SUBSCRIBE. */
  readonly requests: ReadonlySet<number>
  readonly events: ReadonlySet<string>
  readonly patterns: ReadonlyArray<CommandPattern>
}

/** The policy of these lists: what is not listed is refused, and unknown types get no reply. */
export const policyOf = ({ events, patterns, requests }: Lists): Policy => ({
  allowsEvent: type => events.has(eventNameOf(type) ?? ""),
  judge: (type, payload, dialect) => {
    if (type === requestTypes.command) return judgeCommands(patterns, payload, dialect)
    if (type === requestTypes.subscribe) return judgeSubscription(events, payload, dialect)
    if (requests.has(type)) return { _tag: "Pass" }
    const name = requestNames.find(known => requestTypes[known] === type)
    if (name === undefined) return { _tag: "Ignore" }
    return refuse(failedRequest(dialect, notAllowed), "a request that is not listed", name)
  },
})
