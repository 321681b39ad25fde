/** `mark` and `unmark`. A mark is on one container at most. */
import type { Container } from "../desktop/Desktop.ts"
import { type Draft, tellWindow } from "../desktop/Draft.ts"
import { allContainers } from "../desktop/relations.ts"
import { done, type Handler, invalid } from "./Outcome.ts"

const setMarks = (draft: Draft, container: Container, marks: Array<string>) => {
  container.marks = marks
  tellWindow(draft, "mark", container)
}

const takeAway = (draft: Draft, mark: string) => {
  const holder = allContainers(draft.desktop).find(({ marks }) => marks.includes(mark))
  if (holder !== undefined) {
    setMarks(
      draft,
      holder,
      holder.marks.filter(other => other !== mark),
    )
  }
}

const isFlag = (word: string) => word.startsWith("--")

/** `mark [--add|--replace] [--toggle] MARK`. */
export const mark: Handler = ({ container, draft }, args) => {
  if (container === undefined) return invalid("Only containers can have marks")
  const end = args.findIndex(word => !isFlag(word))
  const flags = end === -1 ? args : args.slice(0, end)
  const unknown = flags.find(flag => !["--add", "--replace", "--toggle"].includes(flag))
  if (unknown !== undefined) return invalid(`Unrecognized argument '${unknown}'`)
  if (end === -1) return invalid("Expected '[--add|--replace] [--toggle] <identifier>'")
  const name = args.slice(end).join(" ")
  const had = container.marks.includes(name)
  const adds = flags.findLast(flag => flag !== "--toggle") === "--add"
  if (!adds) setMarks(draft, container, [])
  takeAway(draft, name)
  if (!flags.includes("--toggle") || !had) setMarks(draft, container, [...container.marks, name])
  return done
}

/** `unmark [MARK]`: of the matched container, or of whichever has it; without a mark of all. */
export const unmark: Handler = ({ chosen, container, desktop, draft }, args) => {
  const name = args.join(" ")
  const matched = chosen ? container : undefined
  if (args.length > 0) {
    if (matched === undefined || matched.marks.includes(name)) takeAway(draft, name)
    return done
  }
  for (const each of matched === undefined ? allContainers(desktop) : [matched]) setMarks(draft, each, [])
  return done
}
