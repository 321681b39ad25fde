/**
 * How sway reads the payload of a RUN_COMMAND, written from what it documents and does (sway(5), "Commands"; `ipc-server.c`,
 * `commands.c`, `stringop.c`), and apart from what the relay understands. Over bytes, as sway reads them.
 */

/** A command as sway's handlers get it. */
export interface SwayCommand {
  /** True if criteria choose what it acts on. */
  readonly hasCriteria: boolean
  /** Quotes are gone. */
  readonly argv: ReadonlyArray<string>
}

const isSpace = (byte: string): boolean => " \f\n\r\t\v".includes(byte)

/** What a byte is: a quote that opens or closes, a byte that may separate, or neither. */
type Kind = "Quote" | "Free" | "Kept"

/** Says of each byte in turn what it is. A backslash keeps the byte behind it. */
const makeQuoting = () => {
  let open = ""
  let isEscaped = false
  return (byte: string): Kind => {
    const wasEscaped = isEscaped
    isEscaped = byte === "\\" && !wasEscaped
    if ((byte === '"' || byte === "'") && !wasEscaped && (open === "" || open === byte)) {
      open = open === "" ? byte : ""
      return "Quote"
    }
    return open === "" && !wasEscaped ? "Free" : "Kept"
  }
}

/** The pieces between the bytes that separate, and the byte behind each. */
const cut = (text: string, separates: (byte: string) => boolean): ReadonlyArray<readonly [string, string]> => {
  const pieces: Array<readonly [string, string]> = []
  const kindOf = makeQuoting()
  let piece = ""
  for (const byte of text) {
    if (kindOf(byte) === "Free" && separates(byte)) {
      pieces.push([piece, byte])
      piece = ""
    } else piece += byte
  }
  return [...pieces, [piece, ""]]
}

const withoutQuotes = (argument: string): string => {
  if (!/^["']/.test(argument)) return argument
  const kindOf = makeQuoting()
  return [...argument].filter(byte => kindOf(byte) !== "Quote").join("")
}

const argumentsOf = (command: string): ReadonlyArray<string> => {
  const words = cut(command, isSpace).flatMap(([word]) => (word === "" ? [] : [word]))
  // Those two leave the quotes to sh.
  return ["exec", "exec_always"].includes(words[0] ?? "")
    ? words
    : words.map((word, index) => (index === 0 ? word : withoutQuotes(word)))
}

/**
 * The commands that sway would run, in order, unknown ones included. Criteria are only told of, and not understood: a `;` in them
 * ends them here, as it does not in sway.
 */
export const swayCommands = (payload: Buffer): ReadonlyArray<SwayCommand> => {
  const commands: Array<SwayCommand> = []
  let hasCriteria = false
  let separator = ";"
  for (const [piece, next] of cut(payload.toString("latin1").replace(/[\n\0]/g, ";"), byte => ";,".includes(byte))) {
    let rest = piece.replace(/^[ \f\n\r\t\v]+/, "")
    if (separator === ";") {
      const criteria = /^(?:\[[^\]]*\][ \f\n\r\t\v]*)+/.exec(rest)?.[0] ?? ""
      hasCriteria = criteria !== ""
      rest = rest.slice(criteria.length)
    }
    separator = next
    const argv = argumentsOf(rest).map(word => Buffer.from(word, "latin1").toString("utf8"))
    if (argv.length > 0) commands.push({ hasCriteria, argv })
  }
  return commands
}
