/** `workspace` and `rename workspace`. */
import type { Desktop, Workspace } from "../desktop/Desktop.ts"
import { tellWorkspace } from "../desktop/Draft.ts"
import { lastFocusedIn } from "../desktop/focusStack.ts"
import { setFocus } from "../desktop/setFocus.ts"
import { createWorkspace, findNamed, findNumbered, sortWorkspaces } from "../desktop/workspaces.ts"
import { wrongCount } from "./counted.ts"
import { done, failed, type Handler, invalid, isWord, notSimulated, type Outcome, type Target } from "./Outcome.ts"
import { relativeWorkspace } from "./relativeWorkspace.ts"

const showWorkspace = ({ desktop, draft }: Target, workspace: Workspace): Outcome => {
  setFocus(draft, lastFocusedIn(desktop, workspace) ?? workspace)
  return done
}

const showNumbered = (target: Target, [number, ...more]: ReadonlyArray<string>): Outcome => {
  if (number === undefined) return invalid("Expected workspace number")
  if (!/^\d/.test(number)) return invalid(`Invalid workspace number '${number}'`)
  const found = findNumbered(target.desktop, number)
  return showWorkspace(target, found ?? createWorkspace(target.draft, [number, ...more].join(" ")))
}

const showNamed = (target: Target, name: string): Outcome =>
  showWorkspace(target, findNamed(target.desktop, name) ?? createWorkspace(target.draft, name))

/** `workspace [--no-auto-back-and-forth] [number] NAME`, or a word such as `next`. */
export const workspace: Handler = (target, words) => {
  const { desktop } = target
  if (words.some(word => isWord(word, "output", "gaps"))) return notSimulated("the settings of a workspace")
  if (desktop.fullscreenGlobal !== undefined) return failed("workspace")
  const start = words.findIndex(word => !isWord(word, "--no-auto-back-and-forth"))
  const args = start === -1 ? [] : words.slice(start)
  const wrong = wrongCount("workspace", { least: 1 }, args.length)
  if (wrong !== undefined) return invalid(wrong)
  const [first = ""] = args
  if (isWord(first, "number")) return showNumbered(target, args.slice(1))
  if (isWord(first, "next", "prev", "next_on_output", "prev_on_output", "current")) {
    const found = relativeWorkspace(desktop, first) ?? findNamed(desktop, first)
    return found === undefined ? failed("No workspace to switch to") : showWorkspace(target, found)
  }
  if (isWord(first, "back_and_forth")) {
    if (desktop.previous === undefined) return invalid("There is no previous workspace")
    return showNamed(target, desktop.previous)
  }
  return showNamed(target, args.join(" "))
}

const SYNTAX = "Expected 'rename workspace <old_name> to <new_name>' or 'rename workspace to <new_name>'"

const special = ["next", "prev", "next_on_output", "prev_on_output", "back_and_forth", "current", "number"]

/** The workspace of a name or of a word such as `next`. */
const byName = (desktop: Desktop, name: string) => {
  if (isWord(name, "back_and_forth")) {
    return desktop.previous === undefined ? undefined : findNamed(desktop, desktop.previous)
  }
  return relativeWorkspace(desktop, name) ?? findNamed(desktop, name)
}

/** The workspace to be renamed, from the words before `to`. */
const renamed = (
  { desktop, workspace }: Target,
  [first, ...more]: ReadonlyArray<string>,
): Workspace | Outcome | undefined => {
  if (first === undefined) return workspace
  if (!isWord(first, "number")) return byName(desktop, [first, ...more].join(" "))
  const [number = ""] = more
  return /^\d/.test(number) ? findNumbered(desktop, number) : invalid(`Invalid workspace number '${number}'`)
}

/** `rename workspace [OLD] to NEW`. */
export const rename: Handler = (target, args) => {
  const { desktop, draft } = target
  if (!isWord(args[0], "workspace")) return invalid(SYNTAX)
  const end = args.findIndex((word, index) => index > 0 && isWord(word, "to"))
  const found = renamed(target, args.slice(1, end === -1 ? args.length : end))
  if (found === undefined) return invalid("There is no workspace with that name")
  if (found.kind !== "workspace") return found
  const words = end === -1 ? [] : args.slice(end + 1)
  if (words.length === 0) return invalid(SYNTAX)
  const name = words.join(" ")
  if (isWord(name, ...special)) return invalid(`Cannot use special workspace name '${words[0]}'`)
  const other = findNamed(desktop, name)
  if (other !== undefined) return other === found ? done : invalid("Workspace already exists")
  found.name = name
  if (found.output !== undefined) sortWorkspaces(found.output)
  tellWorkspace(draft, "rename", found)
  return done
}
