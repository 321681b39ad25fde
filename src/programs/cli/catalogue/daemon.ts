/** The commands `daemon`, `cleanup` and `simulate`. Pure. */
import { faultUsages } from "../../../layers/embedded/faultUsages.ts"
import { flag, leaf, option, options } from "../tree/define.ts"
import { text } from "../tree/valueSpec.ts"
import { json, logLevel, path, socket } from "./shared.ts"

/** `i3pm daemon`. */
export const daemon = leaf({
  name: "daemon",
  description:
    "Run the daemon in the foreground: keep one connection to the compositor, watch its health, answer on the control socket.",
  examples: ["i3pm daemon --log-level debug"],
  options: {
    embedded: flag(["--embedded"], "Start the embedded compositor when no live one is found."),
    logLevel,
    socket,
  },
  arguments: {},
  exit: { endsBySignal: "always", reloads: true },
})

/** `i3pm cleanup`. */
export const cleanup = leaf({
  name: "cleanup",
  description:
    "Remove the sockets that crashed compositors left behind. A socket that is in use is never removed. " +
    "Exit status 1 when one could not be removed.",
  examples: ["i3pm cleanup --dry-run"],
  options: {
    dryRun: flag(["--dry-run"], "Print what would be removed, and remove nothing."),
    json,
  },
  arguments: {},
})

/** The first word of each fault, for completion; its meaning is the whole usage, such as `slow MILLISECONDS`. */
const faultWords = faultUsages.map(usage => {
  const [word = usage, ...rest] = usage.split(" ")
  return { word, meaning: rest.length === 0 ? "" : usage }
})

/** `i3pm simulate`. */
export const simulate = leaf({
  name: "simulate",
  description:
    "Run a fake Sway to test scripts with: a Unix server that speaks the IPC like sway 1.7. It keeps workspaces and windows as sway " +
    "does; commands that it does not simulate, such as exec, fail with an error that says so. Type faults on stdin to see how a " +
    "script handles them. Prints the path of its socket.",
  examples: ["i3pm simulate --fault 'slow 200'"],
  options: {
    empty: flag(["--empty"], "Start as a headless sway does: one output, workspace 1, no windows."),
    fault: options(
      ["--fault"],
      text("FAULT", faultWords),
      `Start with this fault; may be repeated. One of: ${faultUsages.join(", ")}.`,
    ),
    path: option(["--path"], path, "Path of the socket (default: a name like sway's in $XDG_RUNTIME_DIR)."),
  },
  arguments: {},
  exit: { endsBySignal: "always" },
})
