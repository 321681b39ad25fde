/**
 * What `i3pm msg` prints for a reply: JSON, or for people what the client of the connected compositor's own release prints.
 * Pure, without Effect.
 *
 * Into a pipe JSON is written as JavaScript does it, value for value what swaymsg prints there.
 */
import type { RequestName } from "../../../layers/ipc/Message.ts"
import { escapeJson, escapeLines, escapeValues } from "../../../layers/system/escapeControl.ts"
import { i3Errors, i3Form } from "./i3msg.ts"
import { jsonC } from "./jsonC.ts"
import type { JsonReply } from "./jsonValue.ts"
import { type Release, releaseOf, type SwayRelease } from "./release.ts"
import { jsonText } from "./reply.ts"
import { requestFailed } from "./requestFailed.ts"
import { swaymsgForm } from "./swaymsg.ts"

/** `pretty`: asked for, or a terminal reads. `raw`: asked for. `piped`: neither. */
export type Form = "pretty" | "raw" | "piped"

/** What is printed. */
export interface Printed {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Whether the release has to be known to print a reply: before the request is sent, since a command may end the compositor, or
 * only once the reply says that it failed. The reply to `get_version` tells the release itself.
 */
export const releaseNeeded = (form: Form, request: RequestName): "before" | "on failure" | "never" => {
  if (form === "raw") return "never"
  if (form === "pretty" || request === "get_config") return request === "get_version" ? "never" : "before"
  return request === "command" ? "on failure" : "never"
}

/** Debian 12, with sway 1.7, has json-c 0.16; a sway of 1.9 or later is usually built with 0.17 or later. */
const jsonLikeSwaymsg = (reply: JsonReply, { minor }: SwayRelease, terminal: boolean): string => {
  const text = jsonC(reply.text, minor >= 9)
  return `${terminal ? escapeJson(text) : text}\n`
}

const likeSwaymsg = (request: RequestName, reply: JsonReply, release: SwayRelease, terminal: boolean): string => {
  // The configuration has many lines; in anything else a newline could fake one.
  const value = terminal && request !== "get_config" ? escapeValues(reply.value) : reply.value
  const form = swaymsgForm(request, value, release)
  if (form === undefined) return jsonLikeSwaymsg(reply, release, terminal)
  return terminal ? escapeLines(form) : form
}

/**
 * What is printed for a reply. `known` is the release where {@link releaseNeeded} wants it; without one it is the newest sway.
 * `terminal`: a terminal reads stdout, which titles and names must not command.
 *
 * i3-msg makes no difference between a terminal and a pipe, so on i3 what differs from JSON in it is printed into a pipe as well.
 */
export const printedReply = (
  form: Form,
  request: RequestName,
  reply: JsonReply,
  known: Release | undefined,
  terminal: boolean,
): Printed => {
  const release = request === "get_version" ? releaseOf(reply.value) : (known ?? releaseOf(undefined))
  const failed = request === "command" && requestFailed(reply.value)
  if (form === "raw") return { stdout: jsonText(reply.value, 2, terminal), stderr: "" }
  if (release.kind === "i3" && (form === "pretty" || request === "get_config" || failed)) {
    return { stdout: i3Form(request, reply, terminal), stderr: failed ? i3Errors(reply.value) : "" }
  }
  if (form === "piped" || release.kind === "i3") return { stdout: jsonText(reply.value, 2, terminal), stderr: "" }
  return { stdout: likeSwaymsg(request, reply, release, terminal), stderr: "" }
}

/** One event of `-t subscribe`. Raw it is one line, as swaymsg and i3-msg have it. */
export const printedEvent = (form: Form, event: JsonReply, release: Release, terminal: boolean): string => {
  if (form !== "pretty") return jsonText(event.value, 0, terminal)
  return release.kind === "i3" ? i3Form("subscribe", event, terminal) : jsonLikeSwaymsg(event, release, terminal)
}
