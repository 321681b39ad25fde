/** A whole command that a socket may run, as the configuration lists it: `workspace number *`. Pure. */
import { isInText } from "../../ipc/i3Text.ts"
import { type Command, parseCommands, type Token } from "./commandText.ts"

/** A word to be found as it is, or `*`. */
type Part = Token | { readonly _tag: "Any" }

/** The parts of a pattern. The first one is a word. */
export type CommandPattern = ReadonlyArray<Part>

/** A pattern, or what is wrong with it, as a sentence. */
export type ReadPattern =
  | { readonly ok: true; readonly pattern: CommandPattern }
  | { readonly ok: false; readonly why: string }

/** Words after which sway or i3 runs a text as a program or keeps it as commands: sway(5), sway-bar(5). */
const runsText: ReadonlySet<string> = new Set([
  "exec",
  "exec_always",
  "bindsym",
  "bindcode",
  "bindswitch",
  "bindgesture",
  "for_window",
  "set",
  "set_from_resource",
  "include",
  "status_command",
  "i3bar_command",
  "swaybar_command",
  "swaybg_command",
  "swaynag_command",
])

/** Commands that take such words further on. */
const takesCommands: ReadonlySet<string> = new Set(["bar", "mode"])

const wrong = (why: string): ReadPattern => ({ ok: false, why })

const partOf = (token: Token): Part => (token._tag === "Word" && token.text === "*" ? { _tag: "Any" } : token)

const isAny = ({ _tag }: Part): boolean => _tag === "Any"

/** sway looks a command up without regard to case. */
const lowerCase = (part: Part | undefined): string => (part?._tag === "Word" ? part.text.toLowerCase() : "")

const faultOf = (parts: CommandPattern): string | undefined => {
  if (parts[0]?._tag !== "Word") return "The first word has to be written out, without quotes."
  if (parts.some(part => part._tag === "Word" && part.text.includes("*"))) return "`*` stands for a whole word."
  if (!parts.some(isAny)) return undefined
  const keyword = parts.map(lowerCase).find(word => runsText.has(word))
  if (keyword !== undefined) {
    return `With \`*\` after \`${keyword}\` a client could run any program: write the whole command out.`
  }
  const command = lowerCase(parts[0])
  if (takesCommands.has(command) && parts.findIndex(isAny) !== parts.length - 1) {
    return `In \`${command}\` only the last word may be \`*\`, since more words can hold a command.`
  }
  return undefined
}

/** Reads a pattern of the configuration. */
export const readPattern = (text: string): ReadPattern => {
  if (!text.isWellFormed()) return wrong("It is not valid text.")
  const parsed = parseCommands(text)
  if (!parsed.ok) return wrong(`It has ${parsed.why}.`)
  const [command] = parsed.commands
  if (command === undefined) return wrong("It is empty.")
  if (text.includes(";")) return wrong("It has a `;`: list each command by itself.")
  const pattern = command.map(partOf)
  const fault = faultOf(pattern)
  return fault === undefined ? { ok: true, pattern } : wrong(fault)
}

/** How many `*` a pattern has. */
export const countAny = (pattern: CommandPattern): number => pattern.filter(isAny).length

const plainWord = /^(?!-)[A-Za-z0-9_.:+-]+$/

const fitsPart = (part: Part, { _tag, text }: Token): boolean =>
  part._tag === "Any" ? _tag === "Quoted" || plainWord.test(text) : part._tag === _tag && part.text === text

/** True if the pattern allows the command. */
export const fitsPattern = (pattern: CommandPattern, command: Command): boolean =>
  pattern.length === command.length &&
  pattern.every((part, index) => {
    const token = command[index]
    return token !== undefined && fitsPart(part, token)
  })

/**
 * What stands for `*` goes out in quotes. i3 needs no space after a keyword and no separator after a whole command, so to it
 * `workspace nextexecfoo` is `workspace next` and `exec foo`. Numbers stay as they are: i3 takes no quoted ones.
 */
const written = ({ _tag, text }: Token, part: Part | undefined): string =>
  _tag === "Quoted" || (part?._tag === "Any" && !/^[0-9]+$/.test(text)) ? `"${text}"` : text

/** The command as it goes to the compositor. */
export const writeCommand = (pattern: CommandPattern, command: Command): string =>
  command.map((token, index) => written(token, pattern[index])).join(" ")

/**
 * The text that would end the command at its comma in i3, since i3 does not see its quotes there, and would run what follows;
 * `undefined` if there is none. sway sees quotes at any place.
 */
export const textThatEnds = (pattern: CommandPattern, command: Command): string | undefined =>
  command.find(
    ({ text }, index) =>
      text.includes(",") &&
      pattern[index]?._tag === "Any" &&
      isInText(`${writeCommand(pattern, command.slice(0, index))} `),
  )?.text
