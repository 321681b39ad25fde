/**
 * The words in which commands, their options and their arguments are described: once, as data. Types say what a command gets
 * of each. Pure.
 */

/** What a shell can offer for a value, beside what the user types. */
export type Completion = "nothing" | "files" | "user units" | "variables" | ReadonlyArray<Word>

/** A word that can be completed, and what it means where the word does not say it; empty where it does. */
export interface Word {
  readonly word: string
  readonly meaning: string
}

/** The value of an option or an argument. */
export interface ValueSpec {
  /** As the help writes it: `PATH`. */
  readonly placeholder: string
  /** The only values there are; empty where any text is one, or where the command judges by itself. */
  readonly choices: ReadonlyArray<string>
  readonly completion: Completion
}

/** A command line to copy; `note` says what it is for, where that is not plain. */
export interface Example {
  readonly note: string
  readonly line: string
}

declare const Given: unique symbol

/** An option; `A` is what its command gets. */
export interface Option<A> {
  /** With its dashes, the long name last: `-t`, `--type`. */
  readonly names: ReadonlyArray<string>
  /** `undefined` for a flag. */
  readonly value: ValueSpec | undefined
  readonly description: string
  readonly repeated: boolean
  readonly required: boolean
  /** In the type alone. */
  readonly [Given]?: () => A
}

/** Words that are no options; `A` is what their command gets. */
export interface Argument<A> extends ValueSpec {
  readonly description: string
  readonly repeated: boolean
  readonly required: boolean
  /** In the type alone. */
  readonly [Given]?: () => A
}

/** When a program ends that runs until it is told to: `always`, or with one of its flags. */
export interface ExitSpec {
  /** Status for wrong usage; 64 by default. */
  readonly usage?: number
  /** Status where the command could not do what it was asked; 1 by default. */
  readonly failure?: number
  /** `always`, or the key of a flag: a signal is the ordinary end, with status 0. */
  readonly endsBySignal?: string
  /** Milliseconds to end after a signal, where two seconds are too few. */
  readonly grace?: number
  /** True for a program that reads its settings again on SIGHUP. */
  readonly reloads?: boolean
}

interface Named {
  readonly name: string
  readonly description: string
}

/** A command that does something. */
export interface Leaf<
  Options extends Readonly<Record<string, Option<unknown>>> = Readonly<Record<string, Option<unknown>>>,
  Arguments extends Readonly<Record<string, Argument<unknown>>> = Readonly<Record<string, Argument<unknown>>>,
> extends Named {
  readonly examples: ReadonlyArray<Example>
  /** By the name under which the command gets what was given. */
  readonly options: Options
  readonly arguments: Arguments
  readonly exit: ExitSpec
  /** Options are read as getopt(3) has it: `-rt TYPE`, `-tTYPE`, and the last of one that is given twice counts. */
  readonly getopt: boolean
  /** Options that the program answers before any command runs, beside `--help`. */
  readonly answered: ReadonlyArray<Option<unknown>>
}

/** A command that others are below. */
export interface Group extends Named {
  readonly commands: ReadonlyArray<Definition>
  readonly answered: ReadonlyArray<Option<unknown>>
}

/** A command of either kind. */
export type Definition = Leaf | Group

/** True for a command that others are below. */
export const isGroup = (definition: Definition): definition is Group => "commands" in definition

type GivenBy<T> = T extends { readonly [Given]?: () => infer A } ? A : never

/** What a command gets: the value of each of its options and arguments. */
export type ValuesOf<L> =
  L extends Leaf<infer Options, infer Arguments>
    ? { readonly [Key in keyof Options]: GivenBy<Options[Key]> } & {
        readonly [Key in keyof Arguments]: GivenBy<Arguments[Key]>
      }
    : never

/** An option without a value: true when it is given. */
export const flag = (names: ReadonlyArray<string>, description: string): Option<boolean> => ({
  names,
  value: undefined,
  description,
  repeated: false,
  required: false,
})

/** Any text. A shell completes it with `completion`. */
export const text = (placeholder: string, completion: Completion = "nothing"): ValueSpec => ({
  placeholder,
  choices: [],
  completion,
})

const plainWord = (word: string): Word => ({ word, meaning: "" })

/** Words without an explanation. */
export const words = (all: ReadonlyArray<string>): ReadonlyArray<Word> => all.map(plainWord)

/** One of these words. */
export interface Choice<A extends string> extends ValueSpec {
  readonly choices: ReadonlyArray<A>
}

/** A value that is one of these words. */
export const choice = <const A extends string>(placeholder: string, choices: ReadonlyArray<A>): Choice<A> => ({
  placeholder,
  choices,
  completion: words(choices),
})

/** An option with a value, at most once; `undefined` where it is not given. */
export const option: {
  <A extends string>(names: ReadonlyArray<string>, value: Choice<A>, description: string): Option<A | undefined>
  (names: ReadonlyArray<string>, value: ValueSpec, description: string): Option<string | undefined>
} = (names: ReadonlyArray<string>, value: ValueSpec, description: string) => ({
  names,
  value,
  description,
  repeated: false,
  required: false,
})

/** An option with a value, as often as one likes. */
export const options = (
  names: ReadonlyArray<string>,
  value: ValueSpec,
  description: string,
): Option<ReadonlyArray<string>> => ({ names, value, description, repeated: true, required: false })

/** The words of a command that are no options: any number of them. */
export const several: {
  <A extends string>(value: Choice<A>, description: string): Argument<ReadonlyArray<A>>
  (value: ValueSpec, description: string): Argument<ReadonlyArray<string>>
} = (value: ValueSpec, description: string) => ({ ...value, description, repeated: true, required: false })

/** The same, one at least. */
export const oneOrMore = (value: ValueSpec, description: string): Argument<ReadonlyArray<string>> => ({
  ...value,
  description,
  repeated: true,
  required: true,
})

/** A command that does something. */
export const leaf = <
  const Options extends Readonly<Record<string, Option<unknown>>>,
  const Arguments extends Readonly<Record<string, Argument<unknown>>>,
>(definition: {
  readonly name: string
  readonly description: string
  /** Lines to copy; with a note, what they are for. */
  readonly examples: ReadonlyArray<string | Example>
  readonly options: Options
  readonly arguments: Arguments
  readonly exit?: ExitSpec
  readonly getopt?: boolean
  readonly answered?: ReadonlyArray<Option<unknown>>
}): Leaf<Options, Arguments> => ({
  exit: {},
  getopt: false,
  answered: [],
  ...definition,
  examples: definition.examples.map(each => (typeof each === "string" ? { note: "", line: each } : each)),
})

/** A command that others are below. */
export const group = (definition: Omit<Group, "answered"> & Partial<Pick<Group, "answered">>): Group => ({
  answered: [],
  ...definition,
})
