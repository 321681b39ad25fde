/**
 * Reads the trees that `@effect/cli` keeps behind its opaque types: commands, options and arguments are nodes with a `_tag`
 * (src/internal/commandDescriptor.ts, options.ts and args.ts of version 0.77).
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/**
 * The tree is not as version 0.77 of `@effect/cli` builds it: `what` could not be read. A defect of this program, that a
 * build and every test of the command line run into.
 */
export class UnknownNode extends Data.TaggedError("UnknownNode")<{ readonly what: string; readonly message: string }> {}

/** A node of one of the trees. */
export interface Node {
  readonly _tag: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Never returns. */
export const unknown = (what: string): never => {
  throw new UnknownNode({ what, message: `@effect/cli has a command tree of another kind: ${what}` })
}

/** `value` as a node. */
export const nodeOf = (value: unknown, what: string): Node =>
  Predicate.hasProperty(value, "_tag") && Predicate.isString(value._tag) && Predicate.isReadonlyRecord(value)
    ? { _tag: value._tag, fields: value }
    : unknown(what)

/** The node in a field. */
export const nodeIn = (node: Node, key: string): Node => nodeOf(node.fields[key], `${node._tag}.${key}`)

/** The text in a field. */
export const textIn = ({ _tag, fields }: Node, key: string): string => {
  const value = fields[key]
  return typeof value === "string" ? value : unknown(`${_tag}.${key}`)
}

/** The elements of the array in a field. */
export const itemsIn = ({ _tag, fields }: Node, key: string): ReadonlyArray<unknown> => {
  const value = fields[key]
  return Array.isArray(value) ? value : unknown(`${_tag}.${key}`)
}

/** The text in a field that may have none. */
export const maybeTextIn = ({ _tag, fields }: Node, key: string): string | undefined => {
  const value = fields[key]
  if (!Option.isOption(value)) return unknown(`${_tag}.${key}`)
  return Option.isSome(value) && typeof value.value === "string" ? value.value : undefined
}

/** The text of a description, which is a paragraph or nothing. */
export const descriptionIn = (node: Node): string => {
  const document = nodeIn(node, "description")
  if (document._tag === "Empty") return ""
  return textIn(nodeIn(document, "value"), "value")
}

/** How a node that holds another one changes what is required of it. */
interface Position {
  readonly repeated: boolean
  readonly required: boolean
}

/** A leaf, with what the nodes around it say. */
export interface Leaf extends Position {
  readonly node: Node
}

const inner: Readonly<Record<string, ReadonlyArray<string>>> = {
  Map: ["options", "args"],
  Both: ["left", "right"],
  OrElse: ["left", "right"],
  WithDefault: ["options", "args"],
  WithFallback: ["options"],
  WithFallbackConfig: ["args"],
  Variadic: ["argumentOption", "args"],
  KeyValueMap: ["argumentOption"],
}

const least = (node: Node): number => {
  const { min } = node.fields
  return Option.isOption(min) && Option.isSome(min) && typeof min.value === "number" ? min.value : 0
}

/** Each single option or argument below a node, in order. */
export const leavesOf = (node: Node, position: Position = { repeated: false, required: true }): ReadonlyArray<Leaf> => {
  if (node._tag === "Empty") return []
  if (node._tag === "Single") return [{ node, ...position }]
  const keys = inner[node._tag] ?? unknown(node._tag)
  const isVariadic = node._tag === "Variadic"
  const around: Position = {
    repeated: position.repeated || isVariadic || node._tag === "KeyValueMap",
    required: position.required && (isVariadic ? least(node) > 0 : /^(Map|Both)$/.test(node._tag)),
  }
  return keys.filter(key => key in node.fields).flatMap(key => leavesOf(nodeIn(node, key), around))
}
