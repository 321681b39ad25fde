/** Splits words in the form of getopt(3), which swaymsg accepts: clustered flags and attached values. Pure. */

/** Letters of `i3pm msg` that take no value. */
const flags = /^[mpqr]$/

/** Splits a word of short options: `-rt` gives `-r`, `-t`, and `-tTYPE` gives `-t`, `TYPE`. Other words stay as they are. */
export const expandWord = (word: string): ReadonlyArray<string> => {
  if (!/^-[a-z]/.test(word) || word.length === 2) return [word]
  const words: Array<string> = []
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at] ?? ""
    // Not an option, and `--` would make everything behind it the payload. The word is refused as a whole.
    if (letter === "-") return [word]
    words.push(`-${letter}`)
    if (flags.test(letter)) continue
    // This letter takes a value, or is not a flag of swaymsg: the rest of the word is its value.
    const rest = word.slice(at + 1)
    return rest === "" ? words : [...words, rest]
  }
  return words
}
