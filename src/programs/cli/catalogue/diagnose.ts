/** The commands of `i3pm diagnose`. Pure. */
import { formatMeanings, formatNames, relayFormatNames } from "../formats/names.ts"
import { flag, group, leaf, option } from "../tree/define.ts"
import { choice, text } from "../tree/valueSpec.ts"
import { json, socket } from "./shared.ts"

const outputFile = option(
  ["--output"],
  text("FILE", "files"),
  "Write to FILE, in one step, for node_exporter's textfile collector. Symbolic links are followed, a FIFO or a device is " +
    "written to, and - is stdout.",
)

/** `i3pm diagnose socket-health`. */
export const socketHealth = leaf({
  name: "socket-health",
  description:
    "Health of the Sway IPC connection: healthy (exit status 0), stale (1) or disconnected (2). " +
    "Asks the daemon; probes directly if none runs.",
  examples: ["i3pm diagnose socket-health --json | jq -r .status"],
  options: {
    json,
    socket,
    format: option(
      ["--format"],
      choice("FORMAT", formatNames, { meanings: formatMeanings }),
      "How to print it; json is the same as --json. waybar, i3bar (also for swaybar), eww and polybar are for bars, nagios, " +
        "openmetrics and health+json for monitoring. With nagios the exit status is a plugin's: 3 when the state is unknown.",
    ),
    output: outputFile,
    watch: flag(
      ["--watch"],
      "Keep running and print every change: a line each, or a live view on a terminal. While the daemon is not running the state " +
        "is down.",
    ),
  },
  arguments: {},
  exit: { failure: 70, endsBySignal: "watch" },
})

/** `i3pm diagnose sockets`. */
export const sockets = leaf({
  name: "sockets",
  description:
    "List all sockets found, with the verdict on each, which one is used (*), and why. Exit status 1 when none is live.",
  examples: ["i3pm diagnose sockets --json | jq '.sockets[] | {path, verdict, reason}'"],
  options: { json, socket },
  arguments: {},
})

/** `i3pm diagnose status`. */
export const status = leaf({
  name: "status",
  description:
    "What the daemon has measured since it started: probes, reconnections, latencies, time in each state and the last changes. " +
    "Exit status 1 if no daemon runs.",
  examples: ["i3pm diagnose status --json | jq .counters"],
  options: { json },
  arguments: {},
})

/** `i3pm diagnose session`. */
export const diagnoseSession = leaf({
  name: "session",
  description:
    "Check the session: units on the wrong target, variables of the user manager that point at a dead socket, services " +
    "that run without their target, units that have failed, and whether sway-session.target and the daemon run while " +
    "Sway does. Exit status 1 when a problem was found.",
  examples: ["i3pm diagnose session --json | jq -r '.units[] | select(.wrong) | .fix'"],
  options: { json },
  arguments: {},
})

/** `i3pm diagnose relay`. */
export const diagnoseRelay = leaf({
  name: "relay",
  description:
    "Show the relay's sockets and clients: since when, what they subscribed to, what waits, what was refused. Exit status 1 if " +
    "no relay runs, or if one of its sockets does not listen.",
  examples: ["i3pm diagnose relay --json | jq '.clients[] | {pid, name, subscriptions}'"],
  options: {
    json,
    format: option(
      ["--format"],
      choice("FORMAT", relayFormatNames),
      "How to print it; json is the same as --json. openmetrics is for Prometheus.",
    ),
    output: outputFile,
  },
  arguments: {},
})

/** `i3pm diagnose`. */
export const diagnose = group({
  name: "diagnose",
  description: "Find out what is wrong: the connection, the sockets, the session, the relay.",
  commands: [socketHealth, sockets, status, diagnoseSession, diagnoseRelay],
})
