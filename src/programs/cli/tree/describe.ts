/** Makes the command tree with whole names from the descriptions of the commands. Pure. */
import type { CommandSpec } from "./CommandSpec.ts"
import { type Definition, flag, isGroup } from "./define.ts"

const help = flag(["-h", "--help"], "Show this help.")

/** A command and its subcommands, each also with the options that are answered before it runs. `above`: the names before it. */
export const describe = (definition: Definition, above: ReadonlyArray<string> = []): CommandSpec => {
  const { answered, description, name } = definition
  const path = [...above, name]
  const common = { definition, path, description }
  return isGroup(definition)
    ? {
        ...common,
        definition: definition.alone ?? definition,
        examples: definition.alone?.examples ?? [],
        options: [...Object.values(definition.alone?.options ?? {}), ...answered, help],
        arguments: [],
        commands: definition.commands.map(child => describe(child, path)),
      }
    : {
        ...common,
        examples: definition.examples,
        options: [...Object.values(definition.options), ...answered, help],
        arguments: Object.values(definition.arguments),
        commands: [],
      }
}
