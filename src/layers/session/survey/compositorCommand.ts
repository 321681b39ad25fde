/**
 * Tells whether a command starts a compositor: directly, through a shell, through `env`, `nice`, `dbus-run-session` and the like,
 * or through several of them. Pure.
 */
import { basename } from "node:path"
import { isCompositor } from "../../system/ProcessTable.ts"

/** Programs that only start another program, with those of their options that take a separate value. */
const launchers: Readonly<Record<string, ReadonlyArray<string>>> = {
  env: ["-u", "--unset", "-C", "--chdir"],
  nice: ["-n", "--adjustment"],
  ionice: ["-c", "-n", "--class", "--classdata"],
  chrt: ["-p"],
  taskset: [],
  stdbuf: ["-i", "-o", "-e"],
  nohup: [],
  setsid: [],
  exec: ["-a"],
  command: [],
  builtin: [],
  time: [],
  "dbus-run-session": ["--config-file", "--dbus-daemon"],
  "dbus-launch": [],
  "systemd-cat": ["-t", "--identifier", "-p", "--priority", "--stderr-priority"],
  "systemd-inhibit": [],
  "systemd-run": ["-p", "--property", "-u", "--unit", "--slice", "-E", "--setenv", "-M", "--uid", "--gid"],
  "ssh-agent": ["-a", "-t"],
  "seatd-launch": ["-l"],
  "prime-run": [],
  choom: ["-n"],
  logger: ["-t"],
  "uwsm-app": [],
}

const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh", "fish", "ash", "busybox"])

/** Shell keywords that may precede a command. */
const keywords: ReadonlySet<string> = new Set(["if", "then", "else", "elif", "while", "until", "do", "!", "{", "("])

const isAssignment = (word: string) => /^[A-Za-z_]\w*=/.test(word)

/** True for the name of a wrapper that starts a compositor: `start-sway`, `sway-run`, `sway-session.sh`. */
const isWrapperName = (name: string) =>
  /^(?:start|run|launch)[-_]?(?:sway|swayfx|scroll|i3)(?:\.\w+)?$/.test(name) ||
  /^(?:sway|swayfx|scroll|i3)[-_](?:run|start|launch|launcher|wrapper|session)(?:\.\w+)?$/.test(name)

/** The words after options, their values, and assignments. */
const afterOptions = (words: ReadonlyArray<string>, takesWord: ReadonlyArray<string>): ReadonlyArray<string> => {
  let at = 0
  for (; at < words.length; at += 1) {
    const word = words[at] ?? ""
    if (word === "--") return words.slice(at + 1)
    if (takesWord.includes(word)) at += 1
    else if (!/^[-+]/.test(word) && !isAssignment(word)) break
  }
  return words.slice(at)
}

/** The simple commands in a shell script, as words without quotes. Redirections and comments are left out. */
export const simpleCommands = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const commands: Array<Array<string>> = [[]]
  // In this order: a comment, a redirection with its target, the end of a command, a word with its quoted parts.
  const token =
    /(?<=^|\s)#[^\n]*|\d*[<>]+[&|]?\s*(?:"[^"]*"|'[^']*'|[^\s;|&()]*)|&>\s*\S+|[;|&\n()]+|(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"?|'[^']*'?|[^\s;|&()<>"'\\])+/g
  for (const [match] of text.matchAll(token)) {
    if (/^(?:#|\d*[<>]|&>)/.test(match)) continue
    if (/^[;|&\n()]/.test(match)) commands.push([])
    else commands.at(-1)?.push(match.replace(/\\([\s\S])/g, "$1").replace(/["']/g, ""))
  }
  return commands.filter(words => words.length > 0)
}

/** The script of `-c` in a shell's arguments; `undefined` if there is none. Quotes may be lost, so it is everything that follows. */
const shellText = (words: ReadonlyArray<string>): string | undefined => {
  const at = words.findIndex(word => /^-[a-z]*c$/.test(word))
  return at < 0 ? undefined : words.slice(at + 1).join(" ")
}

/** True if this command, as words, starts a compositor. */
export const startsCompositor = (words: ReadonlyArray<string>): boolean => {
  const [first = "", ...rest] = words
  // A leading `-` marks a login shell.
  const name = basename(first).replace(/^-/, "")
  if (isCompositor(name) || isWrapperName(name)) return true
  if (keywords.has(first) || isAssignment(first)) return startsCompositor(rest)
  if (shells.has(name)) {
    const text = shellText(rest)
    return text === undefined ? startsCompositor(afterOptions(rest, ["-o"])) : textStartsCompositor(text)
  }
  // uwsm has the compositor somewhere after its own verbs and options.
  if (name === "uwsm") return rest.some(word => isCompositor(basename(word)))
  const takesWord = Object.hasOwn(launchers, name) ? launchers[name] : undefined
  return takesWord !== undefined && startsCompositor(afterOptions(rest, takesWord))
}

/** True if any command of a shell script starts a compositor. */
export const textStartsCompositor = (text: string): boolean => simpleCommands(text).some(startsCompositor)
