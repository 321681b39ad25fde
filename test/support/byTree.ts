/** The built program without its fast path: the whole command tree runs what the entry would have answered by itself. */
import { dirname } from "node:path"
import type * as Effect from "effect/Effect"
import { tree } from "../../src/programs/cli/catalogue/root.ts"
import { requestOf } from "../../src/programs/cli/usage/request.ts"
import { type Finished, runAs, type SpawnOptions } from "./Spawn.ts"
import type { HarnessError } from "./TestUser.ts"

const script = "require(process.argv[1]).run(JSON.parse(process.argv[2]))"

/** The arguments of Node that run the command tree. */
export const treeArguments = (entry: string, args: ReadonlyArray<string>): ReadonlyArray<string> => [
  "-e",
  script,
  `${dirname(entry)}/cli.cjs`,
  JSON.stringify(requestOf(tree, args)),
]

/** Runs the command tree to its end. */
export const byTree = (
  entry: string,
  args: ReadonlyArray<string>,
  options: SpawnOptions,
): Effect.Effect<Finished, HarnessError> => runAs(process.execPath, treeArguments(entry, args), options)
