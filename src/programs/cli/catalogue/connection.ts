/** Commands that find the compositor and talk to it. Pure. */
import { eventNames, requestNames } from "../../../layers/ipc/Message.ts"
import { flag, leaf, option, several } from "../tree/define.ts"
import { choice, text, words } from "../tree/valueSpec.ts"
import { path, socket as socketOption } from "./shared.ts"

/** `i3pm socket`. */
export const socket = leaf({
  name: "socket",
  description: "Print the path of the live socket, proven by a reply. Exit status 1 when there is none.",
  examples: [
    { note: "for tmux and ssh", line: "SWAYSOCK=$(i3pm socket) swaymsg reload" },
    { note: "in ~/.bashrc, for new shells", line: "s=$(i3pm socket 2>/dev/null) && export SWAYSOCK=$s" },
  ],
  options: { json: flag(["--json"], "Print the path as JSON, instead of by itself."), socket: socketOption },
  arguments: {},
})

/** `i3pm msg`. */
export const msg = leaf({
  name: "msg",
  description:
    "Send one IPC request, with swaymsg's flags, types and exit status: 0 done, 1 not sent or not answered, " +
    "2 the compositor refused it.",
  examples: ["i3pm msg -t get_tree | jq .name", "i3pm msg -- workspace 3"],
  options: {
    type: option(
      ["-t", "--type"],
      text("TYPE", words(requestNames)),
      `The request, in any case: ${requestNames.join(", ")} (default: command).`,
    ),
    raw: flag(["-r", "--raw"], "Print JSON even on a terminal. Of -r and -p the last one counts."),
    pretty: flag(["-p", "--pretty"], "Print text for people, also into a pipe."),
    quiet: flag(["-q", "--quiet"], "Print nothing; only the exit status shows the result."),
    monitor: flag(["-m", "--monitor"], "With -t subscribe: run until killed instead of ending after one event."),
    socket: option(["-s", "--socket"], path, "Use this socket and no other."),
  },
  arguments: { payload: several(text("PAYLOAD"), "The payload; several words are joined by spaces.") },
  exit: { usage: 1 },
  getopt: true,
  lastOf: ["raw", "pretty"],
  // Swaymsg's -v.
  answered: [flag(["-v", "--version"], "Print the version of i3pm.")],
})

/** `i3pm events`. */
export const events = leaf({
  name: "events",
  description:
    'Print one JSON line per event: {"event":NAME,"payload":{…}}. Waits for a compositor and keeps running when it restarts; ' +
    'then a line {"event":"resubscribed"} says to throw away cached state and query again. {"event":"lost","count":N} ' +
    "says that the reader was too slow and missed N events.",
  examples: ["i3pm events window workspace | jq -c .payload.change"],
  options: { json: flag(["--json"], "Has no effect: every line is JSON anyway."), socket: socketOption },
  arguments: {
    names: several(choice("EVENT", eventNames), `Any of ${eventNames.join(", ")}; all of them when none is given.`),
  },
  exit: { endsBySignal: "always" },
})
