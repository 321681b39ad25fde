/** Everything that `i3pm doctor` gathers before it judges. A fact that could not be seen is replaced by the reason. */
import * as Either from "effect/Either"
import type { RunningCompositor } from "../session/survey/compositors.ts"
import type { Survey } from "../session/survey/SessionSurvey.ts"
import type { VariableReport } from "../session/survey/variables.ts"
import type { SettingProblem } from "../settings/problems.ts"
import type { JudgedCandidate } from "../sockets/Candidate.ts"
import type { RuntimeDirResult } from "../system/runtimeDirOf.ts"
import type { UnitProperties } from "../systemd/units/properties.ts"
import type { BarConfig, BarStarts, ConfigLine } from "./BarFacts.ts"

/** A fact, or why it could not be seen, as a part of a sentence. */
export type Looked<A> = Either.Either<A, string>

/** A fact that could not be seen, and why. */
export const unseen = (why: string): Looked<never> => Either.left(why)

/** This program. */
export interface Program {
  readonly version: string
  /** How the user calls it: `i3pm`, or `node dist/main.cjs`. */
  readonly text: string
  /** The same with absolute paths, for units. */
  readonly command: readonly [string, ...ReadonlyArray<string>]
}

/** The Node that runs this program. */
export interface NodeFacts {
  /** Such as `20.20.2`. */
  readonly version: string
  /** False for a build without V8's start-up snapshot, as Debian 13's is. */
  readonly hasSnapshot: boolean
  /** Milliseconds from the start of the process until Node ran this program. */
  readonly startMs: number
}

/** The runtime directory, and another one that could be used instead. */
export interface RuntimeDirFacts {
  readonly result: RuntimeDirResult
  /** `XDG_RUNTIME_DIR`, if it is set. */
  readonly configured: string | undefined
  /** `/run/user/<uid>`, if it is another directory and can be trusted. */
  readonly other: string | undefined
  /** What is at `<runtime dir>/i3-project-daemon`. */
  readonly control: PlaceFacts
}

/** A directory that is needed. `gap` says what is wrong with it. */
export interface PlaceFacts {
  readonly path: string
  readonly gap: "none" | "absent" | "notDirectory" | "owner" | "mode" | "readOnly" | "unknown"
  /** The uid of the owner, if it is known. */
  readonly owner: number | undefined
}

/** The directories that i3pm writes to. `home` is `undefined` if there is no home directory. */
export interface HomeFacts {
  readonly home: string | undefined
  /** The home directory of this user in passwd(5), if there is an entry. */
  readonly registered: string | undefined
  /** The directories for configuration and state, or the nearest one above that exists. */
  readonly places: ReadonlyArray<PlaceFacts>
}

/** A `SWAYSOCK` or `I3SOCK` in the environment of the tmux server. */
export interface TmuxVariable extends VariableReport {
  /** The id of a session, such as `$1`; `undefined` for the environment of the server. */
  readonly session: string | undefined
}

/** A process of this user that is an i3pm daemon of this runtime directory. */
export interface DaemonProcess {
  readonly pid: number
  readonly isStopped: boolean
}

/** A waybar of this user in this runtime directory. */
export interface WaybarProcess {
  readonly pid: number
  /** True if systemd has started it, as `waybar.service`. */
  readonly isService: boolean
  /** True if it has started i3pm with `--watch`, as the module does. */
  readonly showsState: boolean
}

/** The processes that matter to the checks. */
export interface ProcessFacts {
  readonly daemons: ReadonlyArray<DaemonProcess>
  /** The bars that run, by command name. */
  readonly bars: ReadonlyArray<string>
  readonly waybars: ReadonlyArray<WaybarProcess>
}

/** The answer to a `ping`. */
export interface Pong {
  readonly pid: number
  readonly version: string
}

/** The result of a `ping` of the daemon or the relay: an answer, no process, one that does not answer, or a socket that may not be used. */
export type DaemonAnswer =
  | { readonly _tag: "Answered"; readonly pong: Pong }
  | { readonly _tag: "Absent" | "Silent" | "Refused"; readonly why: string }

/** Who listens at the path of the relay's main socket. `Dead`: there is a file, and nobody does. `Relay`: the relay, or systemd for it. */
export type RelayListener =
  | { readonly _tag: "Absent" | "Dead" | "Relay" }
  | { readonly _tag: "Compositor"; readonly name: string; readonly pid: number }

/** What is known of the relay. */
export interface RelayFacts {
  /** The path of its main socket. */
  readonly path: string
  readonly listener: RelayListener
  /** True if `session.relay` is set: services are to get this path in `SWAYSOCK` and `I3SOCK`. */
  readonly isForServices: boolean
  /** The answer to a `ping`. */
  readonly answer: DaemonAnswer
  /** The lines of sway's configuration that import `SWAYSOCK` into systemd or D-Bus. */
  readonly imports: ReadonlyArray<ConfigLine>
}

/** One of i3pm's own units. */
export interface OwnUnit {
  readonly name: string
  readonly properties: UnitProperties
  /** The file in the user's own directory. `old`: i3pm wrote it, but this version would write another text. */
  readonly own: "absent" | "current" | "old" | "edited" | "foreign" | "masked" | "unknown"
  readonly ownPath: string
  /** A file of the same name in a directory of the system, if there is one. */
  readonly packaged: string | undefined
  /** True if a directory of the system enables it, as packages do for all users. */
  readonly isEnabledForAll: boolean
  /** The programs and scripts that it runs and that do not exist. */
  readonly missingPrograms: ReadonlyArray<string>
}

/** A copy that `session bind` has made of a package's unit, which has changed since. */
export interface OutdatedCopy {
  readonly unit: string
  readonly copy: string
  /** The package's file. */
  readonly source: string
}

/** A target that is bound to `graphical-session.target`, or that has a name which another project uses. */
export interface TargetFacts {
  readonly unit: string
  readonly active: boolean
  /** Its file, with links followed; empty if there is no file. */
  readonly path: string
  /** True if i3pm wrote the file, or the package of i3pm brought it. */
  readonly ours: boolean
}

/** What is known of the user manager. */
export interface ManagerFacts {
  /** systemd's major version. */
  readonly version: number
  /** False if every watchdog was turned off (`systemctl --user service-watchdogs`). */
  readonly watchdogs: boolean
  /** The state of `dbus.socket`, which starts the session bus: `active`, `inactive`, `not-found` and so on. */
  readonly busSocket: string
}

/** The programs that a fix may need and that are in the `PATH`. */
export type Tools = ReadonlySet<string>

/** Everything that was gathered. */
export interface Facts {
  readonly program: Program
  readonly uid: number
  readonly node: NodeFacts
  readonly tools: Tools
  readonly runtimeDir: RuntimeDirFacts
  readonly home: HomeFacts
  readonly settings: Looked<ReadonlyArray<SettingProblem>>
  readonly sockets: Looked<ReadonlyArray<JudgedCandidate>>
  readonly shell: Looked<ReadonlyArray<VariableReport>>
  readonly tmux: Looked<ReadonlyArray<TmuxVariable>>
  readonly manager: Looked<ManagerFacts>
  /** Succeeds with the name of the bus's implementation. */
  readonly bus: Looked<"dbus-daemon" | "dbus-broker">
  readonly survey: Looked<Survey>
  readonly units: Looked<ReadonlyArray<OwnUnit>>
  readonly targets: Looked<ReadonlyArray<TargetFacts>>
  /** The socket whose session a running `session run` holds; `undefined` if none does. */
  readonly heldSession: Looked<string | undefined>
  readonly copies: Looked<ReadonlyArray<OutdatedCopy>>
  readonly processes: Looked<ProcessFacts>
  readonly daemon: DaemonAnswer
  readonly relay: Looked<RelayFacts>
  readonly bars: Looked<ReadonlyArray<BarConfig>>
  readonly barStarts: Looked<BarStarts>
}

/** The best live candidate; candidates are sorted, best first. */
export const liveIn = (facts: Facts): JudgedCandidate | undefined =>
  Either.getOrElse(facts.sockets, () => []).find(({ verdict }) => verdict === "live")

/** The running Sway, even a stopped one. i3 is left out, since it has no session target. */
export const swayIn = (survey: Survey): RunningCompositor | undefined =>
  survey.session.compositors.find(({ name }) => name !== "i3")

/** One of i3pm's own units by name; `undefined` if units could not be seen. */
export const unitIn = (facts: Facts, name: string): OwnUnit | undefined =>
  Either.getOrElse(facts.units, () => []).find(unit => unit.name === name)

/** True while it runs or is about to run, as systemd reports. */
export const isActive = ({ ActiveState }: UnitProperties): boolean =>
  ActiveState === "active" || ActiveState === "activating" || ActiveState === "reloading"

/** True if systemd has read its file. */
export const isLoaded = ({ properties }: OwnUnit): boolean => properties["LoadState"] === "loaded"
