/** What a shell can offer for a value: from the choices in the tree, else from what the placeholder stands for. Pure. */
import { faultUsages } from "../../../layers/embedded/Fault.ts"
import { requestNames } from "../../../layers/ipc/Message.ts"
import { unitNames } from "../../../layers/systemd/units/catalogue.ts"
import type { Completion, Word } from "./CommandSpec.ts"

const plain = (words: ReadonlyArray<string>): ReadonlyArray<Word> => words.map(word => ({ word, meaning: "" }))

/** `slow MILLISECONDS` is begun with `slow`. */
const faults: ReadonlyArray<Word> = faultUsages.map(usage => {
  const [word = usage, ...rest] = usage.split(" ")
  return { word, meaning: rest.length === 0 ? "" : usage }
})

const byPlaceholder: ReadonlyMap<string, Completion> = new Map<string, Completion>([
  ["PATH", "files"],
  ["FILE", "files"],
  ["UNIT", "user units"],
  ["NAME", "variables"],
  ["TYPE", plain(requestNames)],
  ["FAULT", faults],
])

/** The completion of a value with this placeholder, of the command at `path`. */
export const completionOf = (
  path: ReadonlyArray<string>,
  placeholder: string,
  choices: ReadonlyArray<string>,
): Completion => {
  if (choices.length > 0) return plain(choices)
  // `session` moves any unit of the user's, `units` has its own four.
  if (placeholder === "UNIT" && path[1] === "units") return plain(Object.values(unitNames))
  return byPlaceholder.get(placeholder) ?? "nothing"
}
