/** Prints replies as `i3-msg` of i3 4.22 to 4.25 does: unchanged, except the configuration and failures. Pure. */
import type { RequestName } from "../../../layers/ipc/Message.ts"
import { escapeControl, escapeJson, escapeLines } from "../../../layers/system/escapeControl.ts"
import { field, flag, items, type JsonReply, lines, text } from "./jsonValue.ts"

/** What i3-msg prints on stdout without `-r`. The configuration is printed as text, without a newline after it. */
export const i3Form = (request: RequestName, reply: JsonReply, terminal: boolean): string => {
  const config = request === "get_config" ? field(reply.value, "config") : undefined
  if (typeof config === "string") return terminal ? escapeLines(config) : config
  return lines(terminal ? escapeJson(reply.text) : reply.text)
}

/** What i3-msg prints on stderr for failed commands. For a parse error it also marks the place in the command. */
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
