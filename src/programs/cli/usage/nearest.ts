/**
 * Suggestions for an unknown word. The edit distance is written here: it is short, and a package would cost more to load
 * and to keep up to date. Pure.
 */

/** The edit distance: how many letters to insert, delete, replace, or swap with the next one, to get from one to the other. */
const distance = (from: string, to: string): number => {
  let [before, row]: [ReadonlyArray<number>, ReadonlyArray<number>] = [
    [],
    Array.from({ length: to.length + 1 }, (_, at) => at),
  ]
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? (before[j - 2] ?? 0) + 1 : changed
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed, swapped))
    }
    before = row
    row = next
  }
  return row[to.length] ?? 0
}

/** The known words that begin with `word`; if there are none, the nearest one; empty if all are too different. */
export const nearest = (word: string, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const bare = word.replace(/^-+/, "")
  if (bare === "") return []
  const longer = known.filter(other => other.startsWith(word))
  if (longer.length > 0) return longer
  const [best] = known
    .map(other => ({ other, far: distance(word, other) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(bare.length / 3)))
    .toSorted((a, b) => a.far - b.far)
  return best === undefined ? [] : [best.other]
}

/** The end of an error message: `; did you mean A or B?`; empty if no known word is near. */
export const suggestion = (word: string, known: ReadonlyArray<string>): string => {
  const found = nearest(word, known)
  return found.length === 0 ? "" : `; did you mean ${found.join(" or ")}?`
}
