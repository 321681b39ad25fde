/**
 * How i3 reads a part of its commands (i3 user guide, "List of commands"; `commands_parser.c`), apart from what the relay
 * understands: keywords match without regard to case and without a boundary behind them, a whole command needs no separator, and
 * at the first error the rest is dropped.
 */

/** A command that i3 has run: its first keyword and its last argument. */
export type I3Call = readonly [command: string, argument: string]

/** Where a command goes on: another state, or `run`. */
type Step = readonly [token: string, next: string]

const each = (tokens: string, next: string): ReadonlyArray<Step> =>
  tokens.split(" ").map(token => [token, next] as const)

/** `<string>` goes to the end of the command, `<word>` to a space. Tokens are tried in this order. */
const states: Readonly<Record<string, ReadonlyArray<Step>>> = {
  start: each("move exec exit restart reload workspace focus kill fullscreen mark rename nop scratchpad mode", ""),
  move: [["workspace", "move workspace"]],
  "move workspace": [["to ", "move workspace to"], ...each("next_on_output prev_on_output next prev <string>", "run")],
  "move workspace to": [
    ["output", "move workspace to"],
    ["<string>", "run"],
  ],
  exec: [
    ["--no-startup-id", "exec"],
    ["<string>", "run"],
  ],
  exit: [["", "run"]],
  restart: [["", "run"]],
  reload: [["", "run"]],
  kill: [...each("window client", "run"), ["<end>", "run"]],
  fullscreen: [...each("enable toggle disable <end>", "run")],
  workspace: [
    ["--no-auto-back-and-forth", "workspace"],
    ...each("next_on_output prev_on_output next prev back_and_forth", "run"),
    ["number", "text"],
    ["<string>", "run"],
  ],
  focus: [
    ...each("left right up down", "run"),
    ["output", "text"],
    ...each("tiling floating parent child <end>", "run"),
  ],
  mark: [...each("--add --replace --toggle", "mark"), ["<string>", "run"]],
  rename: [["workspace", "rename workspace"]],
  "rename workspace": [
    ["to", "text"],
    ["<word>", "rename workspace x"],
  ],
  "rename workspace x": [["to", "text"]],
  nop: [...each("<string> <end>", "run")],
  scratchpad: [["show", "run"]],
  mode: [["<string>", "run"]],
  text: [["<string>", "run"]],
}

const patterns: Readonly<Record<string, RegExp>> = {
  "<string>": /^(?:"((?:\\.|[^"\\])+)"?|([^";,\n][^;,\n]*))/,
  "<word>": /^(?:"((?:\\.|[^"\\])+)"?|([^"\s\],;][^\s\],;]*))/,
  "<end>": /^(?=[;,]|$)/,
}

const literal = (token: string) => new RegExp(`^${token}`, "i")

/** The commands that i3 runs. */
export const i3Calls = (payload: Buffer): ReadonlyArray<I3Call> => {
  const calls: Array<I3Call> = []
  let rest = (payload.toString("utf8").split("\0")[0] ?? "").trimStart()
  let [state, command, argument] = ["start", "", ""]
  while (rest !== "") {
    if (state === "start" && /^[;,]/.test(rest)) {
      rest = rest.slice(1).replace(/^[ \t\r\n]+/, "")
      continue
    }
    const step = states[state]?.find(([token]) => (patterns[token] ?? literal(token)).test(rest))
    if (step === undefined) return calls
    const [token, next] = step
    const found = (patterns[token] ?? literal(token)).exec(rest)
    argument = state === "start" || token === "<end>" ? "" : (found?.[1] ?? found?.[2] ?? token)
    if (state === "start") command = token
    rest = rest.slice(found?.[0].length ?? 0).replace(/^[ \t\r\n]+/, "")
    state = next === "" ? token : next
    // What may end here is done, also at the end of the text.
    if (rest === "" && states[state]?.some(([ending]) => ending === "<end>" || ending === "")) state = "run"
    if (state === "run" || states[state]?.[0]?.[0] === "") {
      calls.push([command, argument])
      state = "start"
    }
  }
  return calls
}
