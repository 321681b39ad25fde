/**
 * Why a unit is taken to be of use under Sway or i3 only. Pure.
 *
 * It is a judgement, so it comes with its reasons, and it would rather miss a unit than accuse a wrong one: what other
 * compositors and desktops run as well (mako, kanshi, foot, portals) is not on any list, nor is waybar.
 */
import { basename } from "node:path"
import { isCompositor } from "../ProcessTable.ts"
import type { UnitProperties } from "../units/properties.ts"

/** The names of the compositors themselves, and of the protocol and its variables. */
const ofCompositor = ["sway", "swayfx", "swaywm", "i3", "i3wm", "i3ipc", "swaysock", "i3sock"]

/** Programs that talk to Sway or i3, or that people run in a session of those. */
const programs = [
  ...[
    "swaymsg",
    "swaybar",
    "swaybg",
    "swaynag",
    "swayidle",
    "swaylock",
    "swaync",
    "swayosd",
    "swayr",
    "swayrd",
    "swayrbar",
  ],
  ...["swaymonad", "swayws", "swaykbdd", "swaymux", "swaycons", "swayest", "sworkstyle", "persway", "autotiling"],
  ...["i3wsr", "i3bar", "i3blocks", "i3status", "i3ipc"],
]

const telling: ReadonlySet<string> = new Set([...ofCompositor, ...programs])

/** A description that names others, too, says that the program is for them as well. */
const others = /\b(?:wlroots|hyprland|river|niri|labwc|wayfire|gnome|kde|plasma|compositors|window managers)\b/i

/** An Intel Core i3 is no window manager. */
const processor = /\b(?:intel|core)[\s(r)-]*i3\b/gi

/** The first word of a text that tells, where a word is what stands between anything but letters and digits. */
const tellingWord = (text: string): string | undefined =>
  text.split(/[^A-Za-z0-9]+/).find(word => telling.has(word.toLowerCase()))

/** A command of `systemctl show`: `{ path=… ; argv[]=… ; ignore_errors=… ; … }`. */
const commandsOf = (property: string | undefined) =>
  [...(property ?? "").matchAll(/path=(.*?) ; argv\[\]=(.*?) ; (?:ignore_errors|flags)=/g)].map(
    ([, path = "", line = ""]) => ({
      path,
      line,
    }),
  )

/** The user's own name, in the path of the home directory, says nothing about the program. */
const withoutHome = (line: string) => line.replace(/(?:\/var)?\/home\/[^/\s]+/g, "")

/** The properties that the judgement rests on. */
export const evidenceProperties = [
  "Id",
  "Description",
  "ExecStart",
  "ExecStartPre",
  "Environment",
  "PassEnvironment",
] as const

/** A compositor started by a shell or by a program that only starts others. */
const launch = /\b(?:exec|dbus-run-session|systemd-cat)\s+(?:-\S+\s+)*(\S+)/g

/**
 * True for what makes the session instead of living in it: the compositor's own unit, uwsm's included. `Before=` does not
 * tell: a target is ordered after whatever it wants, so its units have it unless they have `After=` (systemd.target(5)).
 */
export const makesSession = (unit: UnitProperties): boolean =>
  /^wayland-wm@/.test(unit["Id"] ?? "") ||
  commandsOf(unit["ExecStart"]).some(({ line, path }) =>
    [path, ...[...line.matchAll(launch)].map(([, word = ""]) => word)].some(word => isCompositor(basename(word))),
  )

/** The reasons to take a unit for one of Sway or i3 only, one clause each; none when there is no reason. */
export const evidenceOf = (unit: UnitProperties): ReadonlyArray<string> => {
  const { Description = "", Environment = "", ExecStart, ExecStartPre, Id = "", PassEnvironment = "" } = unit
  if (makesSession(unit)) return []
  const reasons: Array<string> = []
  const name = Id.replace(/\.[a-z]+$/, "").replaceAll("\\x2d", "-")
  const inName = tellingWord(name)
  if (inName !== undefined) reasons.push(`its name says ${inName}`)
  if (/^eww-/.test(name)) reasons.push("it is an eww panel, which is fed from Sway's IPC")

  const inDescription = Description === Id ? undefined : tellingWord(Description.replace(processor, ""))
  if (inDescription !== undefined && !others.test(Description)) reasons.push(`its description says ${inDescription}`)

  const lines = [...commandsOf(ExecStart), ...commandsOf(ExecStartPre)].map(({ line }) => withoutHome(line))
  const inCommand = lines.map(tellingWord).find(word => word !== undefined)
  if (inCommand !== undefined) reasons.push(`its command says ${inCommand}`)

  const inEnvironment = tellingWord(withoutHome(`${Environment} ${PassEnvironment}`))
  if (inEnvironment !== undefined) reasons.push(`its environment says ${inEnvironment}`)
  return reasons
}
