/** The layout tree, as swaymsg prints it since 1.8: a line for each node, children two spaces further in. Pure. */
import { field, int, items, text } from "./jsonValue.ts"
import type { SwayRelease } from "./release.ts"

const quoted = (label: string, value: unknown): string => (value == null ? "" : `, ${label}: "${text(value)}"`)

/** `%X` of 32 bits. */
const hex = (value: number): string => (value >>> 0).toString(16).toUpperCase()

/** The part of a line that only a window has. Identifier and sandbox are printed since 1.11. */
const view = (node: unknown, shell: unknown, minor: number): string => {
  const properties = field(node, "window_properties")
  const window = int(field(node, "window"))
  const parts = [
    `${text(shell)}, pid: ${int(field(node, "pid"))}`,
    quoted("app_id", field(node, "app_id")),
    quoted("instance", field(properties, "instance")),
    quoted("class", field(properties, "class")),
    window === 0 ? "" : `, X11 window: 0x${hex(window)}`,
  ]
  if (minor >= 11) {
    parts.push(quoted("foreign_toplevel_id", field(node, "foreign_toplevel_identifier")))
    for (const key of ["sandbox_engine", "sandbox_app_id", "sandbox_instance_id"])
      parts.push(quoted(key, field(node, key)))
  }
  return ` (${parts.join("")})`
}

/** A node and all nodes below it, one a line. */
export const tree = (root: unknown, { minor }: SwayRelease): string => {
  const printed: Array<string> = []
  const add = (node: unknown, depth: number): void => {
    const shell = field(node, "shell")
    const what = `#${int(field(node, "id"))}: ${text(field(node, "type"))} "${text(field(node, "name"))}"`
    printed.push(`${"  ".repeat(depth)}${what}${shell == null ? "" : view(node, shell, minor)}\n`)
    for (const key of ["nodes", "floating_nodes"]) {
      for (const child of items(field(node, key))) add(child, depth + 1)
    }
  }
  add(root, 0)
  return printed.join("")
}
