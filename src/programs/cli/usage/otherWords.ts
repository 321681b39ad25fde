/** What people type for something that i3pm calls otherwise, from other programs' commands. Pure. */

/** What was meant by a word that is no command: the words after `i3pm`, or a whole other command. */
const meant: ReadonlyMap<string, string> = new Map([
  ["help", "--help"],
  ["-?", "--help"],
  ["version", "--version"],
  ["-V", "--version"],
  ["-v", "--version"],
  ["health", "diagnose socket-health"],
  ["watch", "diagnose socket-health --watch"],
  ["monitor", "diagnose socket-health --watch"],
  ["list", "diagnose sockets"],
  ["check", "doctor"],
  ["fix", "doctor --fix"],
  ["clean", "cleanup"],
  ["logs", "journalctl --user -u i3-project-daemon"],
  ["log", "journalctl --user -u i3-project-daemon"],
  ["start", "systemctl --user start i3-project-daemon"],
  ["stop", "systemctl --user stop i3-project-daemon"],
  ["restart", "systemctl --user restart i3-project-daemon"],
])

/** The same for a word after `session` or `relay`, which have units of their own. */
const meantIn: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  session: new Map([
    ["start", "session run, which a line of sway's configuration starts at login (session install puts it there)"],
    ["stop", "swaymsg exit, with which the session ends"],
    ["restart", "systemctl --user restart sway-session.target"],
    ["status", "diagnose session"],
  ]),
  relay: new Map([
    ["start", "systemctl --user start i3pm-relay.socket"],
    ["stop", "systemctl --user stop i3pm-relay.socket i3pm-relay.service"],
    ["restart", "systemctl --user restart i3pm-relay.service"],
    ["status", "diagnose relay"],
  ]),
}

/**
 * The end of an error message: `; did you mean --help?`; empty if the word is not one of these. `group` is the command before the word, if it is
 * not i3pm itself.
 */
export const meaning = (word: string, group?: string): string => {
  const found = (group === undefined ? undefined : meantIn[group]?.get(word)) ?? meant.get(word)
  return found === undefined ? "" : `; did you mean ${found}?`
}
