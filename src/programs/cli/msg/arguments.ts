/** swaymsg's way with arguments where the command tree has another one: clustered flags and attached values. Pure. */

const flags = /^[mpqr]$/

/** `-rt TYPE` and `-tTYPE` as getopt reads them: each flag a word of its own. Words after `--` stay as they are. */
const expand = (word: string): ReadonlyArray<string> => {
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

/** The arguments of `i3pm msg` as the command tree reads them; those of any other command as they are. */
export const expandMsgArguments = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (argv[2] !== "msg") return argv
  const dashes = argv.indexOf("--")
  const end = dashes < 0 ? argv.length : dashes
  return [...argv.slice(0, 3), ...argv.slice(3, end).flatMap(expand), ...argv.slice(end)]
}
