/** Everything that `i3pm doctor` gathers before it judges. What could not be seen is the reason why. */
import * as Either from "effect/Either"
import type { RunningCompositor } from "../session/survey/compositors.ts"
import type { Survey } from "../session/survey/SessionSurvey.ts"
import type { VariableReport } from "../session/survey/variables.ts"
import type { SettingProblem } from "../settings/problems.ts"
import type { JudgedCandidate } from "../sockets/Candidate.ts"
import type { RuntimeDirResult } from "../system/runtimeDirOf.ts"
import type { UnitProperties } from "../systemd/units/properties.ts"

/** What was seen, or why it was not: one clause. */
export type Looked<A> = Either.Either<A, string>

/** It was not seen. */
export const unseen = (why: string): Looked<never> => Either.left(why)

/** This very program. */
export interface Program {
  readonly version: string
  /** How the user calls it: `i3pm`, or `node dist/main.cjs`. */
  readonly text: string
  /** The same as absolute words, for others to run. */
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

/** The runtime directory, and what else there is to use. */
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
  /** The uid of the owner, where it is known. */
  readonly owner: number | undefined
}

/** Where i3pm writes. Unset if there is no home directory. */
export interface HomeFacts {
  readonly home: string | undefined
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

/** What runs and matters here. */
export interface ProcessFacts {
  readonly daemons: ReadonlyArray<DaemonProcess>
  /** The bars that run, by command name. */
  readonly bars: ReadonlyArray<string>
}

/** The answer to a `ping`. */
export interface Pong {
  readonly pid: number
  readonly version: string
}

/** What came of a `ping`: an answer, nobody there, or somebody who does not answer. */
export type DaemonAnswer =
  | { readonly _tag: "Answered"; readonly pong: Pong }
  | { readonly _tag: "Absent" | "Silent" | "Refused"; readonly why: string }

/** One of i3pm's own units. */
export interface OwnUnit {
  readonly name: string
  readonly properties: UnitProperties
  /** What is in the user's own directory. `old`: written by i3pm, and not as this program would. */
  readonly own: "absent" | "current" | "old" | "edited" | "foreign" | "masked" | "unknown"
  readonly ownPath: string
  /** A file of the same name in a directory of the system, if there is one. */
  readonly packaged: string | undefined
  /** The programs and scripts that it runs and that do not exist. */
  readonly missingPrograms: ReadonlyArray<string>
}

/** A target that is bound to `graphical-session.target`, or has the name of another project's. */
export interface TargetFacts {
  readonly unit: string
  readonly active: boolean
  /** Its file, where links lead; empty if there is none. */
  readonly path: string
  /** True if i3pm wrote the file, or the package of i3pm brought it. */
  readonly ours: boolean
}

/** A place where a bar is configured. */
export interface BarConfig {
  readonly bar: string
  readonly path: string
  /** Whether it runs i3pm, and whether with `--watch`, which starts Node once. */
  readonly use: "none" | "polls" | "watches"
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

/** Which of the programs that a remedy may need are in the `PATH`. */
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
  readonly processes: Looked<ProcessFacts>
  readonly daemon: DaemonAnswer
  readonly bars: Looked<ReadonlyArray<BarConfig>>
}

/** The best live candidate; candidates are sorted, best first. */
export const liveIn = (facts: Facts): JudgedCandidate | undefined =>
  Either.getOrElse(facts.sockets, () => []).find(({ verdict }) => verdict === "live")

/** The Sway that runs, also a stopped one. i3 has no session target. */
export const swayIn = (survey: Survey): RunningCompositor | undefined =>
  survey.session.compositors.find(({ name }) => name !== "i3")

/** One of i3pm's own units by name; `undefined` if units could not be seen. */
export const unitIn = (facts: Facts, name: string): OwnUnit | undefined =>
  Either.getOrElse(facts.units, () => []).find(unit => unit.name === name)

/** True while systemd has it running, or about to. */
export const isActive = ({ ActiveState }: UnitProperties): boolean =>
  ActiveState === "active" || ActiveState === "activating" || ActiveState === "reloading"
