/** The command tree of `@effect/cli` as plain data. Pure; throws {@link UnknownNode} when that is built in another way. */
import type * as Command from "@effect/cli/Command"
import { builtInsOf } from "./builtIns.ts"
import type { ArgumentSpec, CommandSpec, Example, OptionSpec, ValueSpec } from "./CommandSpec.ts"
import {
  descriptionIn,
  itemsIn,
  type Leaf,
  leavesOf,
  maybeTextIn,
  type Node,
  nodeIn,
  nodeOf,
  textIn,
  unknown,
} from "./nodes.ts"
import { completionOf } from "./values.ts"

const choicesOf = (primitive: Node): ReadonlyArray<string> =>
  primitive._tag === "Choice"
    ? itemsIn(primitive, "alternatives").map(entry => (Array.isArray(entry) ? String(entry[0]) : unknown("Choice")))
    : []

const valueOf = (path: ReadonlyArray<string>, node: Node, placeholder: string): ValueSpec => {
  const choices = choicesOf(nodeIn(node, "primitiveType"))
  return { placeholder, choices, completion: completionOf(path, placeholder, choices) }
}

const dashed = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`)

/** `log-level` without a name for its value has a `LEVEL`. */
const lastWord = (name: string) => (name.split("-").at(-1) ?? name).toUpperCase()

const optionOf = (path: ReadonlyArray<string>, { node, repeated, required }: Leaf): OptionSpec => {
  const name = textIn(node, "name")
  const names = [name, ...itemsIn(node, "aliases").map(String)].map(dashed)
  const isFlag = nodeIn(node, "primitiveType")._tag === "Bool"
  return {
    names: names.toSorted((a, b) => a.length - b.length),
    value: isFlag ? undefined : valueOf(path, node, maybeTextIn(node, "pseudoName") ?? lastWord(name)),
    description: descriptionIn(node),
    repeated,
    required,
  }
}

const argumentOf = (path: ReadonlyArray<string>, { node, repeated, required }: Leaf): ArgumentSpec => ({
  ...valueOf(path, node, maybeTextIn(node, "pseudoName") ?? textIn(node, "name").replace(/^<|>$/g, "")),
  description: descriptionIn(node),
  repeated,
  required,
})

/** `… Example: LINE` or `… Example, for tmux and ssh: LINE; LINE` at the end of a description. */
const split = (text: string): { readonly description: string; readonly examples: ReadonlyArray<Example> } => {
  const match = /^(.*?)\s*Example(?:, ([^:]*))?: (.*)$/s.exec(text)
  if (match === null) return { description: text, examples: [] }
  const [, description = "", note = "", lines = ""] = match
  return { description, examples: lines.split(/; (?=i3pm )/).map(line => ({ note, line })) }
}

/** A `Map` says what becomes of the values, which is of no interest here. */
const plain = (node: Node): Node => (node._tag === "Map" ? plain(nodeIn(node, "command")) : node)

const walk = (above: ReadonlyArray<string>, wrapped: Node): CommandSpec => {
  const node = plain(wrapped)
  if (node._tag === "Subcommands") {
    const parent = walk(above, nodeIn(node, "parent"))
    return { ...parent, commands: itemsIn(node, "children").map(child => walk(parent.path, nodeOf(child, "child"))) }
  }
  if (node._tag !== "Standard") return unknown(node._tag)
  const path = [...above, textIn(node, "name")]
  return {
    path,
    ...split(descriptionIn(node)),
    options: [...leavesOf(nodeIn(node, "options")).map(leaf => optionOf(path, leaf)), ...builtInsOf(path)],
    arguments: leavesOf(nodeIn(node, "args")).map(leaf => argumentOf(path, leaf)),
    commands: [],
  }
}

/** A command and all below it, with the options that every command has. */
export const describe = <Name extends string, R, E, A>(command: Command.Command<Name, R, E, A>): CommandSpec =>
  walk([], nodeOf(command.descriptor, "descriptor"))
