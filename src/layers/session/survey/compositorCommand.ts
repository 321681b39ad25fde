/**
 * Whether a command starts a compositor, however it is spelled: by a shell, by `env`, `nice`, `dbus-run-session` and the
 * like, or by several of them. Pure.
 */
import { basename } from "node:path"
import { isCompositor } from "../../system/ProcessTable.ts"

/** Programs that only start another one, with their options that take a word of their own. */
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

/** Words of a shell that stand before a command. */
const keywords: ReadonlySet<string> = new Set(["if", "then", "else", "elif", "while", "until", "do", "!", "{", "("])

const isAssignment = (word: string) => /^[A-Za-z_]\w*=/.test(word)

/** A wrapper that says by its name what it starts: `start-sway`, `sway-run`, `sway-session.sh`. */
const isWrapperName = (name: string) =>
  /^(?:start|run|launch)[-_]?(?:sway|swayfx|scroll|i3)(?:\.\w+)?$/.test(name) ||
  /^(?:sway|swayfx|scroll|i3)[-_](?:run|start|launch|launcher|wrapper|session)(?:\.\w+)?$/.test(name)

/** Skips options, with the words that belong to them, and assignments. */
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

/** The simple commands of a shell's text, as words without their quotes; redirections are left out. */
export const simpleCommands = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const commands: Array<Array<string>> = [[]]
  // A comment; a redirection with its target; what ends a command; a word with its quoted parts.
  const token =
    /(?<=^|\s)#[^\n]*|\d*[<>]+[&|]?\s*(?:"[^"]*"|'[^']*'|[^\s;|&()]*)|&>\s*\S+|[;|&\n()]+|(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"?|'[^']*'?|[^\s;|&()<>"'\\])+/g
  for (const [match] of text.matchAll(token)) {
    if (/^(?:#|\d*[<>]|&>)/.test(match)) continue
    if (/^[;|&\n()]/.test(match)) commands.push([])
    else commands.at(-1)?.push(match.replace(/\\([\s\S])/g, "$1").replace(/["']/g, ""))
  }
  return commands.filter(words => words.length > 0)
}

/** A shell's words: the text of `-c`, which is all that follows where the quotes have been lost. */
const shellText = (words: ReadonlyArray<string>): string | undefined => {
  const at = words.findIndex(word => /^-[a-z]*c$/.test(word))
  return at < 0 ? undefined : words.slice(at + 1).join(" ")
}

/** True when these words start a compositor. */
export const startsCompositor = (words: ReadonlyArray<string>): boolean => {
  const [first = "", ...rest] = words
  // A `-` at the front of a shell's name makes it a login shell.
  const name = basename(first).replace(/^-/, "")
  if (isCompositor(name) || isWrapperName(name)) return true
  if (keywords.has(first) || isAssignment(first)) return startsCompositor(rest)
  if (shells.has(name)) {
    const text = shellText(rest)
    return text === undefined ? startsCompositor(afterOptions(rest, ["-o"])) : textStartsCompositor(text)
  }
  // It names the compositor somewhere behind its own verbs and options.
  if (name === "uwsm") return rest.some(word => isCompositor(basename(word)))
  const takesWord = Object.hasOwn(launchers, name) ? launchers[name] : undefined
  return takesWord !== undefined && startsCompositor(afterOptions(rest, takesWord))
}

/** True when a shell's text starts a compositor, in whatever line of it. */
export const textStartsCompositor = (text: string): boolean => simpleCommands(text).some(startsCompositor)
