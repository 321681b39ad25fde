/** `mode`, `reload`, `kill` and `nop`: what is not about the tree. */
import { bindingModes } from "../desktop/Desktop.ts"
import { containersOf, withDescendants } from "../desktop/relations.ts"
import { done, failed, type Handler, invalid, notSimulated } from "./Outcome.ts"

const unquoted = (word: string) => word.replace(/^(["'])(.*)\1$/s, "$2")

/** `mode [--pango_markup] MODE`. The flag has an effect only in a configuration file. */
export const mode: Handler = ({ desktop, draft }, words) => {
  const args = words[0] === "--pango_markup" ? words.slice(1) : words
  const [first] = args
  if (first === undefined) return failed("Mode name is missing")
  if (args.length > 1) return notSimulated("bindings")
  const name = unquoted(first)
  if (!bindingModes.includes(name)) return invalid(`Unknown mode \`${name}'`)
  desktop.mode = name
  draft.events.push({ event: "mode", payload: { change: name, pango_markup: false } })
  return done
}

/** `reload`. It reads no file; what sway sends then comes after the reply. */
export const reload: Handler = ({ desktop, draft }) => {
  desktop.mode = "default"
  draft.afterwards.push({ kind: "reload" })
  return done
}

/** `kill`: closes a window, or all in a container or on a workspace. Their programs do so after the reply. */
export const kill: Handler = ({ container, draft, workspace }) => {
  const containers = container === undefined ? workspace && containersOf(workspace) : withDescendants(container)
  for (const { id, view } of containers ?? []) {
    if (view !== undefined && !draft.afterwards.some(step => step.kind === "close" && step.id === id)) {
      draft.afterwards.push({ kind: "close", id })
    }
  }
  return done
}

/** `nop` and `exit`: the desktop stays as it is. */
export const nop: Handler = () => done
