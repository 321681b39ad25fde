/** Commands for i3pm's own systemd units. Pure. */
import { daemonLifetimes, unitNames } from "../../../layers/systemd/units/catalogue.ts"
import { relaySocketTemplate } from "../../../layers/systemd/units/unitNames.ts"
import { flag, group, leaf, option, several } from "../tree/define.ts"
import { choice, text, words } from "../tree/valueSpec.ts"
import { json } from "./shared.ts"

/** The names of i3pm's units. */
export const knownUnits: ReadonlyArray<string> = [...Object.values(unitNames), relaySocketTemplate]

const lifetime = option(
  ["--daemon-lifetime"],
  choice("LIFETIME", daemonLifetimes),
  "session (the default): the daemon ends with Sway. manager: it keeps running while Sway restarts. By default the installed " +
    "one is kept.",
)

/** `i3pm units print`. */
export const unitsPrint = leaf({
  name: "print",
  description: "Print the unit files that install would write (as text, also into a pipe).",
  examples: [`i3pm units print ${unitNames.daemon}`],
  options: {
    json: flag(["--json"], "Print the sections of the units as JSON, instead of the text of the files."),
    lifetime,
  },
  arguments: {
    names: several(text("UNIT", words(knownUnits)), `Any of ${knownUnits.join(", ")}; all of them when none is given.`),
  },
})

/** `i3pm units install`. */
export const unitsInstall = leaf({
  name: "install",
  description:
    "Write the units to the user's unit directory, enable and start them. A file that i3pm did not write, or that was " +
    "edited since, is never overwritten; a sway-session.target that is there already is used. A package brings the units: " +
    "beside it, copies are only needed for another daemon lifetime.",
  examples: ["i3pm units install"],
  options: { json, lifetime },
  arguments: {},
})

/** `i3pm units uninstall`. */
export const unitsUninstall = leaf({
  name: "uninstall",
  description:
    "Stop the units and remove everything that install has made. Refused while units are bound to a sway-session.target that " +
    "goes, without which they could not start.",
  examples: ["i3pm units uninstall --all"],
  options: { json, all: flag(["--all"], "First unbind every unit that session bind has moved.") },
  arguments: {},
})

/** `i3pm units`. */
export const units = group({
  name: "units",
  description:
    "The systemd user units of i3pm: the daemon, the cleanup and its timer, the session target, the relay and its sockets.",
  commands: [unitsPrint, unitsInstall, unitsUninstall],
})
