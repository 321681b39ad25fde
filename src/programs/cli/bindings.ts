/** The result or the plan of `session bind`, as JSON and as lines for people. */
import { createTwoFilesPatch } from "diff"
import { type Action, actionOf } from "../../layers/session/binding/bindPlan.ts"
import type { Binding } from "../../layers/session/binding/bindUnits.ts"
import type { PlannedChange } from "../../layers/session/binding/Draft.ts"
import { textOf } from "../../layers/session/binding/PathState.ts"

/** Text for people. Units are held as text with one character for each byte; here the bytes are read as UTF-8. */
const shown = (latin1: string) => Buffer.from(latin1, "latin1").toString("utf8")

/** What a change does to a file, as a unified diff; `undefined` for a removed file, a link or a directory. */
export const diffOf = ({ after, path, source }: PlannedChange): string | undefined =>
  after.kind !== "file" || source === undefined
    ? undefined
    : createTwoFilesPatch(source.path, path, shown(source.text), shown(textOf(after)), undefined, undefined, {
        context: 3,
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      })

const done: Readonly<Record<Action, string>> = {
  write: "wrote",
  rewrite: "rewrote",
  replace: "replaced by a file",
  remove: "removed",
  mask: "masked",
  link: "linked",
  mkdir: "made the directory",
}

const planned: Readonly<Record<Action, string>> = {
  write: "would write",
  rewrite: "would rewrite",
  replace: "would replace by a file",
  remove: "would remove",
  mask: "would mask",
  link: "would link",
  mkdir: "would make the directory",
}

const line = (change: PlannedChange, isPlanned: boolean) => {
  const { after, path, source } = change
  const what = (isPlanned ? planned : done)[actionOf(change)]
  const from = source === undefined || source.path === path ? "" : ` (from ${source.path})`
  return `${what} ${path}${after.kind === "link" ? ` -> ${after.target}` : from}`
}

/** Hides directories that are shared with other units. */
const visible = (changes: ReadonlyArray<PlannedChange>) => changes.filter(({ shared }) => shared !== true)

/** Lines for people: the planned files as diffs, or what was done. */
export const linesOf = ({ changes, status, unit, warnings }: Binding): string => {
  const isPlanned = status === "planned"
  const body = visible(changes).map(change => {
    const diff = isPlanned ? diffOf(change) : undefined
    return diff ?? line(change, isPlanned)
  })
  const head = status === "unchanged" ? `${unit}: nothing to do, it is bound already` : `${unit}:`
  return [head, ...body.map(text => text.trimEnd()), ...warnings.map(text => `warning: ${text}`)].join("\n")
}

/** One unit as `--json` prints it. */
export const bindingToJson = ({ changes, status, unit, warnings }: Binding) => ({
  unit,
  status,
  changes: visible(changes).map(change => ({
    action: actionOf(change),
    path: change.path,
    target: change.after.kind === "link" ? change.after.target : null,
    source: change.source?.path ?? null,
    diff: diffOf(change) ?? null,
  })),
  warnings,
})
