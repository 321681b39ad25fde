/**
 * Decides whether a unit is useful only under Sway or i3. Pure.
 *
 * It is a guess, so it comes with its reasons, and it prefers to miss a unit. Programs that also run under other compositors
 * (mako, kanshi, swayidle, swaync, portals, waybar) are on no list.
 */
import { basename } from "node:path"
import { isCompositor } from "../../system/ProcessTable.ts"
import type { UnitDetails } from "../../systemd/unitDetails.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { startsCompositor } from "./compositorCommand.ts"

/** Names of the compositors, of the protocol and of its variables. */
const ofCompositor = ["sway", "swayfx", "swaywm", "i3", "i3wm", "i3ipc", "swaysock", "i3sock"]

/**
 * Programs that use the IPC of Sway or i3. swayidle, swaybg, swaylock, swaynag, swaync and swayosd are not here: they use
 * Wayland protocols of every wlroots compositor.
 */
const programs = [
  ...["swaymsg", "swaybar", "swayr", "swayrd", "swayrbar"],
  ...["swaymonad", "swayws", "swaykbdd", "swaymux", "swaycons", "swayest", "sworkstyle", "persway", "autotiling"],
  ...["i3wsr", "i3bar", "i3blocks", "i3status", "i3msg", "i3ipc"],
]

const swayWords: ReadonlySet<string> = new Set([...ofCompositor, ...programs])

/** Other compositors in a description: the program is for them as well. */
const others = /\b(?:wlroots|hyprland|river|niri|labwc|wayfire|gnome|kde|plasma|compositors|window managers)\b/i

/** Other compositors and their command-line clients. */
const otherCommands: ReadonlySet<string> = new Set([
  ...["niri", "hyprland", "hyprctl", "river", "riverctl", "labwc", "wayfire", "dwl", "mmsg", "qtile"],
  ...["bspc", "herbstclient"],
])

/** Units of other compositors and desktops, to which their services are bound. */
const otherUnits =
  /^(?:niri|hyprland|river|labwc|wayfire|dwl|mango|miracle|qtile|cosmic|gnome|plasma|kde|kwin|xfce|cinnamon|mate|lxqt|weston|cage|phosh)(?:[-@.].*)?\.(?:service|target)$/i

/** uwsm names its targets after the compositor. */
const otherUwsm = /^wayland-(?:session|wm)(?:-\w+)?@(?!(?:sway|swayfx|scroll|i3)[.\\@-]).+/i

/** "Intel Core i3" does not mean the window manager. */
const processor = /\b(?:intel|core)[\s(r)-]*i3\b/gi

const wordsOf = (text: string) => text.split(/[^A-Za-z0-9]+/)

/** The first word of a text that is one of {@link swayWords}. Words are runs of letters and digits. */
const swayWordIn = (text: string): string | undefined => wordsOf(text).find(word => swayWords.has(word.toLowerCase()))

/** The line without home directories: a user may be called sway. */
const withoutHome = (line: string) => line.replace(/(?:\/var)?\/home\/[^/\s]+/g, "")

const ties = ["WantedBy", "RequiredBy", "UpheldBy", "PartOf", "BindsTo", "Requisite", "Requires"] as const

/** The properties that are needed, beside {@link UnitDetails}. */
export const evidenceProperties = ["Id", ...ties, "Before", "After", "Wants"] as const

const GRAPHICAL = "graphical-session.target"

/**
 * True for a unit that starts the session: it starts graphical-session.target and is ordered before it. `Before=` alone is not
 * enough: systemd orders a target after everything it wants, unless that has `After=` (systemd.target(5)).
 */
const bringsUpSession = (unit: UnitProperties): boolean => {
  const names = (property: string, name: string) => unitsIn(unit, property).includes(name)
  const pullsUp = ["BindsTo", "Requires", "Wants"].some(property => names(property, GRAPHICAL))
  const belongs = ["WantedBy", "RequiredBy", "UpheldBy", "PartOf", "After"].some(property => names(property, GRAPHICAL))
  return pullsUp && !belongs && (names("Before", GRAPHICAL) || names("After", "graphical-session-pre.target"))
}

/** Why this unit starts the session, so that it cannot be a part of it, in one clause; `undefined` if it does not. */
export const sessionMaker = (
  unit: UnitProperties,
  { commands }: Pick<UnitDetails, "commands">,
  /** Units in which a compositor runs now. */
  running: ReadonlySet<string>,
): string | undefined => {
  const { Id = "" } = unit
  if (running.has(Id)) return "the compositor runs in it"
  if (/^wayland-wm@/.test(Id)) return "it is uwsm's unit of a compositor"
  // argv[0] may differ from the name of the file.
  const starts = commands.some(({ argv, path }) => isCompositor(basename(path)) || startsCompositor(argv))
  if (starts) return "its command starts the compositor"
  return bringsUpSession(unit) ? `it brings up ${GRAPHICAL}` : undefined
}

/** True for a unit that is bound to another compositor, or whose command uses one. */
const isOthers = (unit: UnitProperties, lines: ReadonlyArray<string>): boolean =>
  ties.some(tie => unitsIn(unit, tie).some(name => otherUnits.test(name) || otherUwsm.test(name))) ||
  lines.some(line => wordsOf(line).some(word => otherCommands.has(word.toLowerCase())))

/** The client programs, variables and libraries of the protocol, as a script has them. Names of compositors alone say too little there. */
const inScripts = /\b(?:swaymsg|i3-msg|SWAYSOCK|I3SOCK|i3ipc)\b/

/** Why a script is only useful under Sway or i3; `undefined` if nothing says so, or if it knows other compositors too. Comments do not count. */
const scriptWord = (text: string): string | undefined => {
  const code = text.replaceAll(/^\s*(?:#|\/\/).*$/gm, "")
  const isForOthers = others.test(code) || wordsOf(code).some(word => otherCommands.has(word.toLowerCase()))
  return isForOthers ? undefined : inScripts.exec(code)?.[0]
}

/** What a unit runs, beside its commands. */
interface Seen {
  /** The lines of its processes (`unitProcesses.ts`). */
  readonly processes: ReadonlyArray<string>
  /** The texts of its scripts (`unitScripts.ts`). */
  readonly scripts: ReadonlyArray<string>
}

/** Why a unit is useful only under Sway or i3, one clause each; empty if nothing says so. */
export const evidenceOf = (
  unit: UnitProperties,
  details: UnitDetails,
  { processes, scripts }: Seen = { processes: [], scripts: [] },
): ReadonlyArray<string> => {
  const { Id = "" } = unit
  const lines = details.commands.map(({ argv, path }) => withoutHome([path, ...argv.slice(1)].join(" ")))
  const running = processes.map(withoutHome)
  if (isOthers(unit, [...lines, ...running])) return []
  const reasons: Array<string> = []
  const name = Id.replace(/\.[a-z]+$/, "").replaceAll("\\x2d", "-")
  const inName = swayWordIn(name)
  if (inName !== undefined) reasons.push(`its name says ${inName}`)

  const { description } = details
  const inDescription = description === Id ? undefined : swayWordIn(description.replace(processor, ""))
  if (inDescription !== undefined && !others.test(description)) reasons.push(`its description says ${inDescription}`)

  const inCommand = lines.map(swayWordIn).find(word => word !== undefined)
  if (inCommand !== undefined) reasons.push(`its command says ${inCommand}`)

  const inProcess = inCommand === undefined ? running.map(swayWordIn).find(word => word !== undefined) : undefined
  if (inProcess !== undefined) reasons.push(`a process of it says ${inProcess}`)

  const isKnown = inCommand !== undefined || inProcess !== undefined
  const inScript = isKnown ? undefined : scripts.map(scriptWord).find(word => word !== undefined)
  if (inScript !== undefined) reasons.push(`its script says ${inScript}`)

  const inEnvironment = swayWordIn(withoutHome([...details.environment, ...details.passEnvironment].join(" ")))
  if (inEnvironment !== undefined) reasons.push(`its environment says ${inEnvironment}`)
  return reasons
}
