/** Commands that run the Sway session under systemd. Pure. */
import { flag, group, leaf, oneOrMore, options, several } from "../tree/define.ts"
import { text } from "../tree/valueSpec.ts"
import { boundUnit, dryRun, json, socket, userUnit } from "./shared.ts"

/** The variables that services need to find the compositor and the display, and to know the kind of desktop. */
export const standardVariables = [
  "WAYLAND_DISPLAY",
  "DISPLAY",
  "SWAYSOCK",
  "I3SOCK",
  "XDG_CURRENT_DESKTOP",
  "XDG_SESSION_TYPE",
] as const

/** How long `session run` may take to end, in milliseconds: it waits for services to stop, and has limits of its own. */
const SESSION_GRACE = 30_000

/** `i3pm session run`. */
export const sessionRun = leaf({
  name: "run",
  description:
    "Run the session, from the sway configuration: import the environment into systemd and D-Bus, start " +
    "sway-session.target, wait until the compositor exits, then stop the target and clear the environment.",
  examples: ["exec i3pm session run"],
  options: {
    env: options(
      ["--env"],
      text("NAME", "variables"),
      `Import this variable too; may be repeated. Always: ${standardVariables.join(", ")}.`,
    ),
    socket,
    takeOver: flag(
      ["--take-over"],
      "Continue the session of a session run that was killed, or end it if its compositor has exited. The guard that " +
        "session run starts uses this.",
    ),
  },
  arguments: {},
  exit: { endsBySignal: "always", grace: SESSION_GRACE },
})

/** `i3pm session install`. */
export const sessionInstall = leaf({
  name: "install",
  description:
    "Put the line for session run into the sway configuration that is in use: into a config.d that it includes, else into " +
    "your own file, else into a copy of the distribution's. sway -C checks it first. If the line is there, nothing is changed.",
  examples: ["i3pm session install --dry-run"],
  options: { json, dryRun },
  arguments: {},
})

/** `i3pm session uninstall`. */
export const sessionUninstall = leaf({
  name: "uninstall",
  description:
    "Remove the line for session run from the sway configuration. A configuration that session install had copied is " +
    "removed if it has not changed since.",
  examples: ["i3pm session uninstall"],
  options: { json, dryRun },
  arguments: {},
})

/** `i3pm session bind`. */
export const sessionBind = leaf({
  name: "bind",
  description:
    "Move user units from graphical-session.target onto sway-session.target, so that they start and stop with Sway and never " +
    "run without it. If one fails, nothing is changed; i3pm session unbind restores the original files exactly. Unbind a unit " +
    "before you enable or disable it with systemctl, which follows its [Install] section.",
  examples: ["i3pm session bind --dry-run i3wsr"],
  options: { json, dryRun },
  arguments: { units: oneOrMore(userUnit, "A user unit; without a suffix it is a service.") },
})

/** `i3pm session unbind`. */
export const sessionUnbind = leaf({
  name: "unbind",
  description:
    "Undo i3pm session bind: restore the original files and links. If a file was edited since, nothing is changed.",
  examples: ["i3pm session unbind --all"],
  options: { json, all: flag(["--all"], "Every unit that is bound.") },
  arguments: { units: several(boundUnit, "A user unit that was bound; without a suffix it is a service.") },
})

/** `i3pm session`. */
export const session = group({
  name: "session",
  description: "Run the Sway session under systemd and choose which services belong to it.",
  commands: [sessionRun, sessionInstall, sessionUninstall, sessionBind, sessionUnbind],
})
