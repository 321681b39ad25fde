/**
 * Types and functions to describe commands, their options and arguments: once, as data. The types also give the values that a
 * command gets. Pure.
 */
import type { Choice, ValueSpec } from "./valueSpec.ts"

/** A command line to copy. `note` says what it is for; it is empty if that is clear. */
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
  /** Only in the type; there is no such value at run time. */
  readonly [Given]?: () => A
}

/** Words that are not options; `A` is what their command gets. */
export interface Argument<A> extends ValueSpec {
  readonly description: string
  readonly repeated: boolean
  readonly required: boolean
  /** Only in the type; there is no such value at run time. */
  readonly [Given]?: () => A
}

/** How a command ends: its exit statuses, and what signals do to it. */
export interface ExitSpec {
  /** Status for wrong usage; 64 by default. */
  readonly usage?: number
  /** Status if the request failed; 1 by default. */
  readonly failure?: number
  /** The command runs until a signal ends it, with status 0: `always`, or only with a flag; then this is the flag's key. */
  readonly endsBySignal?: string
  /** Milliseconds that it may take to end after a signal; `GRACE` (`ExitRules.ts`) by default. */
  readonly grace?: number
  /** True for a program that reloads its settings on SIGHUP. */
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
  /** The key is the name under which the command gets the value. */
  readonly options: Options
  readonly arguments: Arguments
  readonly exit: ExitSpec
  /** Options are read as getopt(3) reads them: `-rt TYPE` and `-tTYPE` are allowed; if one is given twice, the last counts. */
  readonly getopt: boolean
  /** Keys of flags of which the last one counts, if several are given. */
  readonly lastOf: ReadonlyArray<string>
  /** Options that are answered before any command runs, such as `--version`. `--help` is not listed: every command has it. */
  readonly answered: ReadonlyArray<Option<unknown>>
}

/** A command with subcommands. */
export interface Group extends Named {
  readonly commands: ReadonlyArray<Definition>
  /** What it does without a subcommand; `undefined` if it then shows its help. It takes options, and no arguments. */
  readonly alone: Leaf | undefined
  readonly answered: ReadonlyArray<Option<unknown>>
}

/** A command of either kind. */
export type Definition = Leaf | Group

/** True for a command with subcommands. */
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

/** An option with a value, at most once. Its command gets `undefined` if it is not given. */
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

/** An option with a value that may be given any number of times. */
export const options = (
  names: ReadonlyArray<string>,
  value: ValueSpec,
  description: string,
): Option<ReadonlyArray<string>> => ({ names, value, description, repeated: true, required: false })

/** The arguments of a command: any number of them. */
export const several: {
  <A extends string>(value: Choice<A>, description: string): Argument<ReadonlyArray<A>>
  (value: ValueSpec, description: string): Argument<ReadonlyArray<string>>
} = (value: ValueSpec, description: string) => ({ ...value, description, repeated: true, required: false })

/** The argument of a command: exactly one word. */
export const one = <A extends string>(value: Choice<A>, description: string): Argument<ReadonlyArray<A>> => ({
  ...value,
  description,
  repeated: false,
  required: true,
})

/** The arguments of a command: at least one. */
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
  /** Command lines to copy, each with or without a note. */
  readonly examples: ReadonlyArray<string | Example>
  readonly options: Options
  readonly arguments: Arguments
  readonly exit?: ExitSpec
  readonly getopt?: boolean
  readonly lastOf?: ReadonlyArray<keyof Options & string>
  readonly answered?: ReadonlyArray<Option<unknown>>
}): Leaf<Options, Arguments> => ({
  exit: {},
  getopt: false,
  lastOf: [],
  answered: [],
  ...definition,
  examples: definition.examples.map(each => (typeof each === "string" ? { note: "", line: each } : each)),
})

/** A command with subcommands. */
export const group = (
  definition: Omit<Group, "answered" | "alone"> & Partial<Pick<Group, "answered" | "alone">>,
): Group => ({
  answered: [],
  alone: undefined,
  ...definition,
})
