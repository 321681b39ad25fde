/**
 * What somebody may have meant who typed a word that there is not. Pure.
 *
 * Hand-written: fastest-levenshtein counts two swapped letters as two mistakes, and @effect/cli does not export its own.
 */

/** How many letters have to be put in, left out or changed, or swapped with the next one, to get from one to the other. */
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

/** Of `known`, those that begin with the word, else the one that is nearest to it; none where all are far away. */
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

/** `; did you mean A or B?`, or nothing. */
export const suggestion = (word: string, known: ReadonlyArray<string>): string => {
  const found = nearest(word, known)
  return found.length === 0 ? "" : `; did you mean ${found.join(" or ")}?`
}
