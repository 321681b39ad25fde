/** `i3pm msg`, if its reply is printed as JSON or not at all. */
import { type RequestName, swayOnlyRequests } from "../../../layers/ipc/Message.ts"
import { readPlainSettings } from "../../../layers/settings/plainSettings.ts"
import type { msg as definition } from "../catalogue/connection.ts"
import { REPLY_DEADLINE_MS } from "../daemonAnswers.ts"
import * as flags from "../flags.ts"
import { i3Errors, i3Form } from "../msg/i3msg.ts"
import type { JsonReply } from "../msg/jsonValue.ts"
import { jsonText, parseReply, requestNamed } from "../msg/reply.ts"
import { requestFailed } from "../msg/requestFailed.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Answer, Place } from "./Answer.ts"
import { isSway, type OpenSocket, openMeant } from "./compositor.ts"

type Given = ValuesOf<typeof definition>

/** The request, if the fast path can print its reply, which must be JSON. i3's configuration is not JSON, even in a pipe. */
const requestIn = ({ monitor, pretty, quiet, raw, type }: Given, { isTerminal }: Place) => {
  const request = requestNamed(type ?? "command")
  const isJson = quiet || raw || (!pretty && !isTerminal && request !== "get_config")
  return request === undefined || request === "subscribe" || monitor || !isJson ? undefined : request
}

/** What is printed (see `pretty.ts`). On i3, failed commands are reported as i3-msg reports them. */
const printed = (options: Given, place: Place, request: RequestName, reply: JsonReply, meant: OpenSocket) => {
  if (options.quiet) return { stdout: "" }
  const failed = requestFailed(reply.value)
  if (!options.raw && request === "command" && failed && !isSway(meant)) {
    return { stdout: i3Form(request, reply, place.isTerminal), stderr: i3Errors(reply.value) }
  }
  return { stdout: jsonText(reply.value, 2, place.isTerminal) }
}

/** Answers `i3pm msg`. Once the request is sent, the answer is given here, even if it failed: a command must not run twice. */
export const msg = async (options: Given, place: Place): Promise<Answer | undefined> => {
  const request = requestIn(options, place)
  if (request === undefined) return undefined
  const settings = await readPlainSettings(place.variable, flags.toSettings({ socket: options.socket }))
  const meant = settings === undefined ? undefined : await openMeant(settings.socket?.path, place)
  if (meant === undefined) return undefined
  const { connection } = meant
  try {
    if (swayOnlyRequests.has(request) && !isSway(meant)) return undefined
    const outcome = await connection.send(request, options.payload.join(" "), REPLY_DEADLINE_MS)
    const reply = outcome.ok ? parseReply(request, outcome.payload) : undefined
    if (reply?.ok !== true) {
      const message = outcome.ok ? reply?.message : outcome.fault.message
      return { stdout: "", status: 1, error: options.quiet ? undefined : message }
    }
    const status = requestFailed(reply.reply.value) ? 2 : 0
    return { ...printed(options, place, request, reply.reply, meant), status }
  } finally {
    connection.close()
  }
}
