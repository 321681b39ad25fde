/** Words in the form of getopt(3), as swaymsg takes them: clustered flags and attached values. Pure. */

/** Letters of `i3pm msg` that take no value. */
const flags = /^[mpqr]$/

/** `-rt TYPE` and `-tTYPE` as getopt reads them: each letter a word of its own, a value that is attached one more. */
export const expandWord = (word: string): ReadonlyArray<string> => {
  if (!/^-[a-z]/.test(word) || word.length === 2) return [word]
  const words: Array<string> = []
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at] ?? ""
    words.push(`-${letter}`)
    if (flags.test(letter)) continue
    // It takes a value, or is no flag of swaymsg's: what follows belongs to it.
    const rest = word.slice(at + 1)
    return rest === "" ? words : [...words, rest]
  }
  return words
}
