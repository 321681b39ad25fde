/** Replies as `i3-msg` of i3 4.22 to 4.25 prints them: as they came, but for the configuration and for failures. Pure. */
import type { RequestName } from "../../../layers/ipc/Message.ts"
import { escapeControl, escapeJson, escapeLines } from "../../../layers/system/escapeControl.ts"
import { field, flag, items, type JsonReply, lines, text } from "./jsonValue.ts"

/** Without `-r`, on stdout. The configuration is its text, without a newline after it. */
export const i3Form = (request: RequestName, reply: JsonReply, terminal: boolean): string => {
  const config = request === "get_config" ? field(reply.value, "config") : undefined
  if (typeof config === "string") return terminal ? escapeLines(config) : config
  return lines(terminal ? escapeJson(reply.text) : reply.text)
}

/** What it says on stderr of commands that failed; a parse error is shown in the command. */
export const i3Errors = (reply: unknown): string =>
  items(reply)
    .filter(result => !flag(field(result, "success")))
    .map(result => {
      const shown = (key: string) => escapeControl(text(field(result, key)))
      const where =
        field(result, "input") === undefined
          ? []
          : [`ERROR: Your command: ${shown("input")}`, `ERROR:               ${shown("errorposition")}`]
      return lines(...where, `ERROR: ${shown("error")}`)
    })
    .join("")
