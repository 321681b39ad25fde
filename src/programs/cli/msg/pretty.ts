/**
 * What `i3pm msg` prints for a reply: JSON, or on a terminal the text that swaymsg or i3-msg of the connected release prints.
 * Pure, no Effect runtime.
 *
 * Into a pipe the JSON has the values that swaymsg prints, with the white space of JavaScript.
 */

import { jsonC } from "../../../layers/ipc/jsonC.ts"
import type { RequestName } from "../../../layers/ipc/Message.ts"
import { escapeJson, escapeLines, escapeValues } from "../../../layers/system/escapeControl.ts"
import { i3Errors, i3Form } from "./i3msg.ts"
import type { JsonReply } from "./jsonValue.ts"
import { type Release, releaseOf, type SwayRelease } from "./release.ts"
import { jsonText } from "./reply.ts"
import { requestFailed } from "./requestFailed.ts"
import { swaymsgForm } from "./swaymsg.ts"

/** `pretty`: asked for, or stdout is a terminal. `raw`: asked for. `piped`: neither. */
export type Form = "pretty" | "raw" | "piped"

/** The text for stdout and for stderr; empty for nothing. */
export interface Printed {
  readonly stdout: string
  readonly stderr: string
}

/**
 * When the release has to be asked for to print a reply. `before`: before the request is sent, since a command may end the
 * compositor. `on failure`: only if the reply says that it failed. The reply to `get_version` has the release itself.
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
  // A newline in a title could look like another line of the output. The configuration is text of many lines.
  const value = terminal && request !== "get_config" ? escapeValues(reply.value) : reply.value
  const form = swaymsgForm(request, value, release)
  if (form === undefined) return jsonLikeSwaymsg(reply, release, terminal)
  return terminal ? escapeLines(form) : form
}

/**
 * What is printed for a reply. `known` is the release if {@link releaseNeeded} asks for it; without it, the newest sway.
 * `terminal`: stdout is a terminal, so control characters in titles and names are escaped.
 *
 * i3-msg prints the same on a terminal and into a pipe. So on i3 the text that is not JSON is printed into a pipe, too.
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

/** One event of `-t subscribe`. If it is not `pretty` it is one line, as in swaymsg and i3-msg. */
export const printedEvent = (form: Form, event: JsonReply, release: Release, terminal: boolean): string => {
  if (form !== "pretty") return jsonText(event.value, 0, terminal)
  return release.kind === "i3" ? i3Form("subscribe", event, terminal) : jsonLikeSwaymsg(event, release, terminal)
}
