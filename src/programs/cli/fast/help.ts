/** `--help` of any command. */
import { useColour } from "../output/useColour.ts"
import type { CommandSpec } from "../tree/CommandSpec.ts"
import { helpOf } from "../usage/help.ts"
import type { Answer, Place } from "./Answer.ts"

/** Columns if stdout is not a terminal. */
const WIDTH = 80

/** The help of a command, as wide as the terminal. */
export const help = (command: CommandSpec, { isTerminal, variable }: Place): Answer => ({
  stdout: helpOf(command, {
    width: isTerminal ? (process.stdout.columns ?? WIDTH) : WIDTH,
    bold: useColour(isTerminal, { noColour: variable("NO_COLOR"), term: variable("TERM") }),
  }),
  status: 0,
})
