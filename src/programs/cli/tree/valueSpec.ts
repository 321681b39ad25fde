/** The values of options and arguments, as data: any text, or one of some words, and what a shell offers for them. Pure. */

/** What a shell offers for a value. */
export type Completion = "nothing" | "files" | "user units" | "bound units" | "variables" | ReadonlyArray<Word>

/** A word that a shell offers, and its meaning; the meaning is empty if the word is clear by itself. */
export interface Word {
  readonly word: string
  readonly meaning: string
}

/** The value of an option or an argument. */
export interface ValueSpec {
  /** Its name in the help: `PATH`. */
  readonly placeholder: string
  /** The allowed values; empty if any text is allowed, or if the command itself checks it. */
  readonly choices: ReadonlyArray<string>
  /** Words that are understood as one of the choices, and not listed. */
  readonly aliases: Readonly<Record<string, string>>
  readonly completion: Completion
}

/** Any text. A shell completes it with `completion`. */
export const text = (placeholder: string, completion: Completion = "nothing"): ValueSpec => ({
  placeholder,
  choices: [],
  aliases: {},
  completion,
})

const plainWord = (word: string): Word => ({ word, meaning: "" })

/** Words without an explanation. */
export const words = (all: ReadonlyArray<string>): ReadonlyArray<Word> => all.map(plainWord)

/** One of these words. */
export interface Choice<A extends string> extends ValueSpec {
  readonly choices: ReadonlyArray<A>
}

/** A value that is one of these words. `meanings` are what a shell shows beside them. */
export const choice = <const A extends string>(
  placeholder: string,
  choices: ReadonlyArray<A>,
  {
    aliases = {},
    meanings,
  }: {
    readonly aliases?: Readonly<Record<string, NoInfer<A>>>
    readonly meanings?: Readonly<Record<NoInfer<A>, string>>
  } = {},
): Choice<A> => ({
  placeholder,
  choices,
  aliases,
  completion: choices.map(word => ({ word, meaning: meanings?.[word] ?? "" })),
})
