/** Finds a request by its name, and reads and prints replies as JSON. Pure, no Effect runtime: the CLI's fast path uses it. */
import { type RequestName, requestNames } from "../../../layers/ipc/Message.ts"
import { escapeJson } from "../../../layers/system/escapeControl.ts"
import { rawJsonOf, textOf } from "../../../layers/system/rawText.ts"
import type { JsonReply } from "./jsonValue.ts"

/** The request of this name. As in swaymsg, upper and lower case do not matter. */
export const requestNamed = (text: string): RequestName | undefined =>
  requestNames.find(name => name === text.toLowerCase())

/** Parses a reply. `message` says what is wrong with it, in a sentence for a person. */
export const parseReply = (
  request: RequestName,
  bytes: Buffer,
):
  | { readonly ok: true; readonly reply: JsonReply }
  | { readonly ok: false; readonly message: string; readonly cause: unknown } => {
  try {
    const text = textOf(bytes)
    return { ok: true, reply: { text, value: JSON.parse(text) } }
  } catch (cause) {
    return { ok: false, message: `the reply to ${request.toUpperCase()} is not JSON: ${String(cause)}`, cause }
  }
}

/** JSON and a newline, with the compositor's own bytes, or escaped for a terminal. `space` is that of `JSON.stringify`. */
export const jsonText = (value: unknown, space: number, terminal: boolean): string => {
  const json = rawJsonOf(value, space)
  return `${terminal ? escapeJson(json) : json}\n`
}
