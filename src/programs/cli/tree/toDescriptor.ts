/** Makes the command tree of `@effect/cli` from the descriptions of the commands and their handlers. */
import * as Args from "@effect/cli/Args"
import * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import * as Options from "@effect/cli/Options"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ArgumentSpec, OptionSpec } from "./CommandSpec.ts"
import { type Definition, isGroup, type Leaf } from "./define.ts"
import type { Handler } from "./handler.ts"
import { unwrapped } from "./wrapped.ts"

type Values = Readonly<Record<string, unknown>>

/** A command without a handler: a bug that shows at every start. */
class NoHandler extends Data.TaggedError("NoHandler")<{ readonly message: string }> {}

const bare = (name: string) => name.replace(/^-+/, "")

/** An option of `@effect/cli`. It is named by the long name; the short names are aliases. */
const toOptions = ({ names, repeated, value }: OptionSpec): Options.Options<unknown> => {
  const [name = "", ...aliases] = names.toReversed().map(bare)
  const alias = <A>(options: Options.Options<A>): Options.Options<A> =>
    aliases.reduce((all, each) => Options.withAlias(all, each), options)
  if (value === undefined) return alias(Options.boolean(name))
  const { choices } = value
  if (repeated) return Options.map(Options.repeated(alias(Options.text(name))), all => all.map(unwrapped))
  const one: Options.Options<string> =
    choices.length === 0 ? Options.map(alias(Options.text(name)), unwrapped) : alias(Options.choice(name, choices))
  return Options.map(Options.optional(one), Option.getOrUndefined)
}

const toArgs = ({ choices, placeholder, required }: ArgumentSpec): Args.Args<ReadonlyArray<string>> => {
  const one: Args.Args<string> =
    choices.length === 0
      ? Args.map(Args.text({ name: placeholder }), unwrapped)
      : Args.choice(
          choices.map(each => [each, each] as const),
          { name: placeholder },
        )
  return required ? Args.atLeast(one, 1) : Args.repeated(one)
}

const mapped = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))

const isEmpty = (record: object) => Object.keys(record).length === 0

/** Runs the command that was read. */
type Action = () => Effect.Effect<void, unknown>

/** A command that does something, without its subcommands. */
const toLeaf = (definition: Leaf, handlers: ReadonlyArray<Handler>): CommandDescriptor.Command<Action> => {
  const { name } = definition
  const handler = handlers.find(({ leaf }) => leaf === definition)
  if (handler === undefined) throw new NoHandler({ message: `nothing runs the command ${name}` })
  const options: Options.Options<Values> = isEmpty(definition.options)
    ? Options.map(Options.none, () => ({}))
    : Options.all(mapped(definition.options, toOptions))
  const args: Args.Args<Values> = isEmpty(definition.arguments)
    ? Args.map(Args.none, () => ({}))
    : Args.all(mapped(definition.arguments, toArgs))
  return CommandDescriptor.map(
    CommandDescriptor.make(name, options, args),
    read => () => handler.run({ ...read.options, ...read.args }),
  )
}

/** A group that does nothing by itself. It is never run, since its help is shown instead. */
const helpOnly = (name: string): CommandDescriptor.Command<Action> =>
  CommandDescriptor.map(CommandDescriptor.make(name), () => () => {
    throw new NoHandler({ message: `${name} runs nothing by itself` })
  })

/** The tree of `@effect/cli`. Parsing a command line with it gives the action to run. Throws `NoHandler`. */
export const toDescriptor = (
  definition: Definition,
  handlers: ReadonlyArray<Handler>,
): CommandDescriptor.Command<Action> => {
  if (!isGroup(definition)) return toLeaf(definition, handlers)
  const { alone, commands, name } = definition
  const children = commands.map(child => [child.name, toDescriptor(child, handlers)] as const)
  const [first, ...others] = children
  if (first === undefined) throw new NoHandler({ message: `there is no command below ${name}` })
  const byItself = alone === undefined ? helpOnly(name) : toLeaf(alone, handlers)
  return byItself.pipe(
    CommandDescriptor.map(action => ({ action })),
    CommandDescriptor.withSubcommands([first, ...others]),
    CommandDescriptor.map(({ action, subcommand }) =>
      Option.match(subcommand, { onNone: () => action, onSome: ([, chosen]) => chosen }),
    ),
  )
}
