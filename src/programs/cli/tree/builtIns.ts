/** Options that no command declares, since the program answers them before any command runs. Pure. */
import type { OptionSpec, ValueSpec } from "./CommandSpec.ts"
import { completionOf } from "./values.ts"

/** The shells that there are completions for. */
export const shells = ["bash", "zsh", "fish"] as const

export type Shell = (typeof shells)[number]

const option = (names: ReadonlyArray<string>, description: string, value?: ValueSpec): OptionSpec => ({
  names,
  value,
  description,
  repeated: false,
  required: false,
})

const help = option(["-h", "--help"], "Show this help.")

const completions = option(["--completions"], "Print the script that completes i3pm in this shell.", {
  placeholder: "SHELL",
  choices: shells,
  completion: completionOf([], "SHELL", shells),
})

/** Every one is understood everywhere; help and manual page list them where one looks for them. `msg -v` is swaymsg's. */
export const builtInsOf = (path: ReadonlyArray<string>): ReadonlyArray<OptionSpec> => {
  const isRoot = path.length === 1
  if (path[1] === "msg") return [option(["-v", "--version"], "Print the version of i3pm."), help]
  return isRoot ? [option(["--version"], "Print the version."), completions, help] : [help]
}
