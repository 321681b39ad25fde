/**
 * Why a unit is taken to be of use under Sway or i3 only. Pure.
 *
 * It is a judgement, so it comes with its reasons. It misses a unit rather than accuse a wrong one: programs that other
 * compositors and desktops run as well (mako, kanshi, swayidle, swaync, portals, waybar) are not on any list.
 */
import { basename } from "node:path"
import { isCompositor } from "../../system/ProcessTable.ts"
import type { UnitDetails } from "../../systemd/unitDetails.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { startsCompositor } from "./compositorCommand.ts"

/** The names of the compositors themselves, and of the protocol and its variables. */
const ofCompositor = ["sway", "swayfx", "swaywm", "i3", "i3wm", "i3ipc", "swaysock", "i3sock"]

/**
 * Programs that talk to Sway or i3 over its IPC. Not swayidle, swaybg, swaylock, swaynag, swaync and swayosd: whatever their
 * names say, they use Wayland protocols that any wlroots compositor has.
 */
const programs = [
  ...["swaymsg", "swaybar", "swayr", "swayrd", "swayrbar"],
  ...["swaymonad", "swayws", "swaykbdd", "swaymux", "swaycons", "swayest", "sworkstyle", "persway", "autotiling"],
  ...["i3wsr", "i3bar", "i3blocks", "i3status", "i3msg", "i3ipc"],
]

const telling: ReadonlySet<string> = new Set([...ofCompositor, ...programs])

/** A description that names others, too, says that the program is for them as well. */
const others = /\b(?:wlroots|hyprland|river|niri|labwc|wayfire|gnome|kde|plasma|compositors|window managers)\b/i

/** Programs through which a command talks to another compositor. */
const otherCommands: ReadonlySet<string> = new Set([
  ...["niri", "hyprland", "hyprctl", "river", "riverctl", "labwc", "wayfire", "dwl", "mmsg", "qtile"],
  ...["bspc", "herbstclient"],
])

/** Units of other compositors and desktops, which their own services hang on. */
const otherUnits =
  /^(?:niri|hyprland|river|labwc|wayfire|dwl|mango|miracle|qtile|cosmic|gnome|plasma|kde|kwin|xfce|cinnamon|mate|lxqt|weston|cage|phosh)(?:[-@.].*)?\.(?:service|target)$/i

/** uwsm's targets are called after the compositor. */
const otherUwsm = /^wayland-(?:session|wm)(?:-\w+)?@(?!(?:sway|swayfx|scroll|i3)[.\\@-]).+/i

/** An Intel Core i3 is no window manager. */
const processor = /\b(?:intel|core)[\s(r)-]*i3\b/gi

const wordsOf = (text: string) => text.split(/[^A-Za-z0-9]+/)

/** The first word of a text that tells, where a word is what stands between anything but letters and digits. */
const tellingWord = (text: string): string | undefined => wordsOf(text).find(word => telling.has(word.toLowerCase()))

/** The user's own name, in the path of the home directory, says nothing about the program. */
const withoutHome = (line: string) => line.replace(/(?:\/var)?\/home\/[^/\s]+/g, "")

const ties = ["WantedBy", "RequiredBy", "UpheldBy", "PartOf", "BindsTo", "Requisite", "Requires"] as const

/** The properties that the judgement rests on, beside what {@link UnitDetails} has. */
export const evidenceProperties = ["Id", ...ties, "Before", "After", "Wants"] as const

const GRAPHICAL = "graphical-session.target"

/**
 * True for a unit that starts the session: it pulls graphical-session.target up and comes before it. `Before=` alone does not
 * tell: a target is ordered after whatever it wants, so its units have it unless they have `After=` (systemd.target(5)).
 */
const bringsUpSession = (unit: UnitProperties): boolean => {
  const names = (property: string, name: string) => unitsIn(unit, property).includes(name)
  const pullsUp = ["BindsTo", "Requires", "Wants"].some(property => names(property, GRAPHICAL))
  const belongs = ["WantedBy", "RequiredBy", "UpheldBy", "PartOf", "After"].some(property => names(property, GRAPHICAL))
  return pullsUp && !belongs && (names("Before", GRAPHICAL) || names("After", "graphical-session-pre.target"))
}

/** Why a unit makes the session instead of living in it, in one clause; `undefined` where it does not. */
export const sessionMaker = (
  unit: UnitProperties,
  { commands }: Pick<UnitDetails, "commands">,
  /** Units that a compositor runs in now. */
  running: ReadonlySet<string>,
): string | undefined => {
  const { Id = "" } = unit
  if (running.has(Id)) return "the compositor runs in it"
  if (/^wayland-wm@/.test(Id)) return "it is uwsm's unit of a compositor"
  // The program may be called by another name than its file's.
  const starts = commands.some(({ argv, path }) => isCompositor(basename(path)) || startsCompositor(argv))
  if (starts) return "its command starts the compositor"
  return bringsUpSession(unit) ? `it brings up ${GRAPHICAL}` : undefined
}

/** True for a unit that another compositor wants, or whose command talks to one. */
const isOthers = (unit: UnitProperties, lines: ReadonlyArray<string>): boolean =>
  ties.some(tie => unitsIn(unit, tie).some(name => otherUnits.test(name) || otherUwsm.test(name))) ||
  lines.some(line => wordsOf(line).some(word => otherCommands.has(word.toLowerCase())))

/** The reasons to take a unit for one of Sway or i3 only, one clause each; none when there is no reason. */
export const evidenceOf = (unit: UnitProperties, details: UnitDetails): ReadonlyArray<string> => {
  const { Id = "" } = unit
  const lines = details.commands.map(({ argv, path }) => withoutHome([path, ...argv.slice(1)].join(" ")))
  if (isOthers(unit, lines)) return []
  const reasons: Array<string> = []
  const name = Id.replace(/\.[a-z]+$/, "").replaceAll("\\x2d", "-")
  const inName = tellingWord(name)
  if (inName !== undefined) reasons.push(`its name says ${inName}`)

  const { description } = details
  const inDescription = description === Id ? undefined : tellingWord(description.replace(processor, ""))
  if (inDescription !== undefined && !others.test(description)) reasons.push(`its description says ${inDescription}`)

  const inCommand = lines.map(tellingWord).find(word => word !== undefined)
  if (inCommand !== undefined) reasons.push(`its command says ${inCommand}`)

  const inEnvironment = tellingWord(withoutHome([...details.environment, ...details.passEnvironment].join(" ")))
  if (inEnvironment !== undefined) reasons.push(`its environment says ${inEnvironment}`)
  return reasons
}
