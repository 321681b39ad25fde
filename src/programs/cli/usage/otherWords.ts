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

/** The end of an error message: `; did you mean --help?`; empty if the word is not one of these. */
export const meaning = (word: string): string => {
  const found = meant.get(word)
  return found === undefined ? "" : `; did you mean ${found}?`
}
