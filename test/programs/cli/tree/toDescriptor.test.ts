/** The two readers of a command line, `@effect/cli`'s and our own, held against each other on generated arguments. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { root, tree } from "../../../../src/programs/cli/catalogue/root.ts"
import {
  type ArgumentSpec,
  allCommands,
  nameOf,
  type OptionSpec,
} from "../../../../src/programs/cli/tree/CommandSpec.ts"
import { isGroup, type Leaf } from "../../../../src/programs/cli/tree/define.ts"
import { on } from "../../../../src/programs/cli/tree/handler.ts"
import { toDescriptor } from "../../../../src/programs/cli/tree/toDescriptor.ts"
import { requestOf } from "../../../../src/programs/cli/usage/request.ts"

const leaves = allCommands(tree).flatMap(({ definition }) => (isGroup(definition) ? [] : [definition]))

interface Read {
  readonly leaf: Leaf
  readonly values: unknown
}

/** What the tree of `@effect/cli` makes of these words; `undefined` where it takes one for an option of its own. */
const readByTree = (words: ReadonlyArray<string>) => {
  let found: Read | undefined
  const handlers = leaves.map(leaf =>
    on(leaf, values =>
      Effect.sync(() => {
        found = { leaf, values }
      }),
    ),
  )
  return Effect.gen(function* () {
    const descriptor = toDescriptor(root, handlers)
    const directive = yield* CommandDescriptor.parse(descriptor, ["i3pm", ...words], CliConfig.defaultConfig)
    if (directive._tag === "BuiltIn") return undefined
    yield* directive.value()
    return found
  }).pipe(Effect.provide(NodeContext.layer))
}

/** Words that may be a value: some look like an option, a number, a truth, a command. */
const word = FastCheck.oneof(
  FastCheck.string({ minLength: 1, maxLength: 8 }),
  FastCheck.constantFrom("-", "-x", "--", "--json", "--version", "true", "no", "1", "a=b", "", "diagnose", "ü\n"),
)

const valueOf = ({ choices }: { readonly choices: ReadonlyArray<string> }) =>
  choices.length === 0 ? word : FastCheck.constantFrom(...choices)

const wordsOf = (option: OptionSpec): FastCheck.Arbitrary<ReadonlyArray<string>> =>
  FastCheck.constantFrom(...option.names).chain((name): FastCheck.Arbitrary<ReadonlyArray<string>> => {
    const { value } = option
    if (value === undefined) return FastCheck.constant([name])
    return valueOf(value).chain(text =>
      FastCheck.constantFrom([name, text], name.startsWith("--") ? [`${name}=${text}`] : [`${name}${text}`]),
    )
  })

const positional = (argument: ArgumentSpec | undefined): FastCheck.Arbitrary<ReadonlyArray<string>> =>
  argument === undefined ? FastCheck.constant([]) : FastCheck.array(valueOf(argument), { maxLength: 3 })

/** A command line: some of a command's options and arguments, in any order, with or without `--`. */
const commandLine = FastCheck.constantFrom(...allCommands(tree).filter(({ definition }) => !isGroup(definition))).chain(
  command => {
    const own = command.options.filter(({ names }) => !names.includes("--help") && !names.includes("--version"))
    return FastCheck.tuple(
      FastCheck.subarray([...own]).chain(some => FastCheck.tuple(...some.map(wordsOf))),
      positional(command.arguments[0]),
      FastCheck.boolean(),
    ).map(([options, args, dashes]) => [
      ...command.path.slice(1),
      ...options.flat(),
      ...(dashes ? ["--"] : []),
      ...args,
    ])
  },
)

describe("the command tree and the reader", () => {
  it("have something that runs each command, and no other", () => {
    assert.throws(() => toDescriptor(root, []), /nothing runs the command/)
    assert.isAbove(leaves.length, 15)
  })

  it("read the same from every command line that is right", () => {
    let compared = 0
    FastCheck.assert(
      FastCheck.property(commandLine, words => {
        const request = requestOf(tree, words)
        if (request._tag !== "Run") return
        const byTree = Effect.runSync(Effect.scoped(readByTree(request.words)))
        if (byTree === undefined) return
        compared += 1
        assert.strictEqual(byTree.leaf, request.command.definition, nameOf(request.command))
        assert.deepStrictEqual(byTree.values, request.values)
      }),
      { numRuns: 600, seed: 20261128 },
    )
    assert.isAbove(compared, 300)
  })
})
