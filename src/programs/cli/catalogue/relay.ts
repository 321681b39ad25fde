/** The relay. Pure. */
import { group, leaf, option, several } from "../tree/define.ts"
import { choice, text } from "../tree/valueSpec.ts"
import { logLevel, socket } from "./shared.ts"

/** What reads the lines of `relay env`: shells, and tmux's configuration. */
const environmentReaders = ["sh", "bash", "zsh", "fish", "tmux"] as const

/** One of them. */
export type EnvironmentReader = (typeof environmentReaders)[number]

/** `i3pm relay env`. */
export const relayEnv = leaf({
  name: "env",
  description:
    "Print the lines that make programs connect to the relay, for a shell's profile or for tmux. The relay's path never changes, " +
    "so they are needed once.",
  examples: [
    { note: "in ~/.profile", line: 'eval "$(i3pm relay env 2>/dev/null)"' },
    {
      note: "in ~/.config/fish/config.fish",
      line: "command -q i3pm; and i3pm relay env --shell fish 2>/dev/null | source",
    },
    { note: "for tmux", line: "i3pm relay env --shell tmux >> ~/.tmux.conf" },
  ],
  options: {
    shell: option(
      ["--shell"],
      choice("SHELL", environmentReaders),
      "What reads the lines: sh (the default, the same as bash and zsh), fish or tmux.",
    ),
  },
  arguments: {},
})

/** `i3pm relay check`. */
export const relayCheck = leaf({
  name: "check",
  description:
    "Say who uses the path of a relay socket, and fail if somebody does. The relay's socket units run it before systemd takes " +
    "the path.",
  examples: ["i3pm relay check"],
  options: {},
  arguments: {
    names: several(text("NAME"), "A restricted socket; without a name the relay's main socket."),
  },
})

/** `i3pm relay` alone: runs it. */
export const relayRun = leaf({
  name: "relay",
  description:
    "Run the relay in the foreground: a socket that stays where it is and carries its clients over restarts of the compositor.",
  examples: ["i3pm relay --log-level debug"],
  options: { logLevel, socket },
  arguments: {},
  exit: { endsBySignal: "always", reloads: true },
})

/** `i3pm relay`. */
export const relay = group({
  name: relayRun.name,
  description: relayRun.description,
  alone: relayRun,
  commands: [relayEnv, relayCheck],
})
