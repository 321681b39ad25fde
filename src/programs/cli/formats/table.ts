/** `--format table`: names and values, no wider than the terminal; with `--watch` one sentence for each change. Pure. */
import { describe } from "../../../layers/health/SocketHealth.ts"
import { wrappedColumns } from "../output/wrap.ts"
import { type Format, plain, type Surroundings, streamOf, type View, type ViewStatus } from "./Format.ts"
import { facts } from "./facts.ts"

/** SGR colours (ECMA-48) of the terminal's own palette, which suits its background. */
const sgr: Readonly<Record<ViewStatus, number>> = { healthy: 32, stale: 33, disconnected: 31, down: 31 }

const isStatus = (word: string): word is ViewStatus => Object.hasOwn(sgr, word)

const sentence = (view: View) => (view._tag === "Down" ? `down: ${view.message}` : describe(view.health))

/** For a person. */
export const table = ({ colour, width }: Surroundings): Format => ({
  name: "table",
  once: view => {
    const text = wrappedColumns(facts(view), width)
    return colour
      ? text.replace(/^(status +)(\w+)$/m, (line, name: string, word: string) =>
          isStatus(word) ? `${name}\x1b[${sgr[word]}m${word}\x1b[0m` : line,
        )
      : text
  },
  stream: streamOf(view => `${new Date(view.at).toISOString()} ${plain(sentence(view))}`),
})
