/** Makes the completion script for each shell. Pure. */
import type { Shell } from "../catalogue/root.ts"
import { type CommandSpec, understoodBy } from "../tree/CommandSpec.ts"
import { bash } from "./bash.ts"
import { fish } from "./fish.ts"
import { zsh } from "./zsh.ts"

/** The file names under which the shells look for i3pm's script. */
export const fileNames: Readonly<Record<Shell, string>> = { bash: "i3pm.bash", zsh: "_i3pm", fish: "i3pm.fish" }

const renderers: Readonly<Record<Shell, (root: CommandSpec, version: string) => string>> = { bash, zsh, fish }

/** The same tree, in which each command also has the options of the root. */
const complete = (command: CommandSpec, root: CommandSpec): CommandSpec => ({
  ...command,
  options: understoodBy(command, root),
  commands: command.commands.map(child => complete(child, root)),
})

/** The script for a shell, with a line feed at its end. */
export const completionScript = (shell: Shell, root: CommandSpec, version: string): string =>
  renderers[shell](complete(root, root), version)
