/** Facts for the checks of `i3pm doctor`: a desktop where all is well, and what a test changes of it. */
import * as Either from "effect/Either"
import type { Facts, OwnUnit, TargetFacts } from "../../../src/layers/doctor/Facts.ts"
import type { Survey } from "../../../src/layers/session/survey/SessionSurvey.ts"
import type { VariableReport } from "../../../src/layers/session/survey/variables.ts"
import type { JudgedCandidate } from "../../../src/layers/sockets/Candidate.ts"
import { unitNames } from "../../../src/layers/systemd/units/catalogue.ts"
import { candidateAt } from "./candidates.ts"

export const SOCKET = "/run/user/1000/sway-ipc.1000.42.sock"

export const variableOf = (name: string, value: string, stale: boolean): VariableReport => ({
  name,
  value,
  stale,
  reason: stale ? "no such file" : "answered GET_VERSION",
})

/** A live sway, unless the test says otherwise. */
export const candidateOf = (changes: Partial<JudgedCandidate> = {}): JudgedCandidate => ({
  ...candidateAt(SOCKET),
  pid: 42,
  verdict: "live",
  reason: "answered GET_VERSION",
  process: { pid: 42, name: "sway", state: "S", uid: 1000 },
  proof: {
    at: 0,
    latencyMs: 1,
    version: { human_readable: "1.7", major: 1, minor: 7, patch: 0, variant: "sway" },
  },
  compositorPid: 42,
  ...changes,
})

export const surveyOf = (changes: Partial<Survey> = {}): Survey => ({
  units: [],
  variables: [variableOf("SWAYSOCK", SOCKET, false)],
  running_without_target: [],
  session: {
    compositors: [{ name: "sway", pid: 42, socket: SOCKET, unit: null }],
    target_state: "active",
    daemon_state: "active",
  },
  session_problems: [],
  problems: 0,
  ...changes,
})

const loaded = { LoadState: "loaded", ActiveState: "active", NeedDaemonReload: "no" }

const sound: Readonly<Record<string, OwnUnit["properties"]>> = {
  [unitNames.daemon]: {
    ...loaded,
    WantedBy: unitNames.sessionTarget,
    Requisite: unitNames.sessionTarget,
    WatchdogUSec: "20s",
    NotifyAccess: "all",
    MainPID: "77",
  },
  [unitNames.timer]: { ...loaded, WantedBy: "timers.target", UnitFileState: "enabled" },
  [unitNames.cleanup]: { ...loaded, ActiveState: "inactive", Result: "success" },
  [unitNames.sessionTarget]: loaded,
  [unitNames.relaySocket]: { ...loaded, WantedBy: "sockets.target", UnitFileState: "enabled" },
  [unitNames.relay]: loaded,
}

/** i3pm's own units, all well; `changed` has properties of some of them. */
export const unitsOf = (
  changed: Readonly<Record<string, OwnUnit["properties"]>> = {},
  rest: Partial<OwnUnit> = {},
): ReadonlyArray<OwnUnit> =>
  Object.values(unitNames).map(name => ({
    name,
    properties: { Id: name, ...sound[name], ...changed[name] },
    own: "current",
    ownPath: `/home/alice/.config/systemd/user/${name}`,
    packaged: undefined,
    isEnabledForAll: false,
    missingPrograms: [],
    ...(changed[name] === undefined && Object.keys(changed).length > 0 ? {} : rest),
  }))

export const targetOf = (unit: string, changes: Partial<TargetFacts> = {}): TargetFacts => ({
  unit,
  active: true,
  path: `/home/alice/.config/systemd/user/${unit}`,
  ours: false,
  ...changes,
})

/** Everything is well; `changes` replace what they name. */
export const factsOf = (changes: Partial<Facts> = {}): Facts => ({
  program: { version: "0.1.0", text: "i3pm", command: ["/usr/bin/node", "/opt/i3pm/main.cjs"] },
  uid: 1000,
  node: { version: "20.20.2", hasSnapshot: true, startMs: 22.6 },
  tools: new Set(["systemctl", "tmux", "sway"]),
  runtimeDir: {
    result: { ok: true, path: "/run/user/1000" },
    configured: "/run/user/1000",
    other: undefined,
    control: { path: "/run/user/1000/i3-project-daemon", gap: "none", owner: 1000 },
  },
  home: {
    home: "/home/alice",
    registered: "/home/alice",
    places: [{ path: "/home/alice/.config", gap: "none", owner: 1000 }],
  },
  settings: Either.right([]),
  sockets: Either.right([candidateOf()]),
  shell: Either.right([variableOf("SWAYSOCK", SOCKET, false), variableOf("WAYLAND_DISPLAY", "wayland-1", false)]),
  tmux: Either.right([]),
  manager: Either.right({ version: 252, watchdogs: true, busSocket: "active" }),
  bus: Either.right("dbus-broker"),
  survey: Either.right(surveyOf()),
  units: Either.right(unitsOf()),
  targets: Either.right([targetOf(unitNames.sessionTarget, { ours: true })]),
  heldSession: Either.right(undefined),
  copies: Either.right([]),
  processes: Either.right({
    daemons: [{ pid: 77, isStopped: false }],
    bars: ["waybar"],
    waybars: [{ pid: 90, isService: true, showsState: true }],
  }),
  daemon: { _tag: "Answered", pong: { pid: 77, version: "0.1.0" } },
  bars: Either.right([{ bar: "waybar", path: "/home/alice/.config/waybar/config.jsonc", use: "watches" }]),
  relay: Either.right({
    path: "/run/user/1000/i3pm/relay.sock",
    listener: { _tag: "Absent" },
    isForServices: false,
    answer: { _tag: "Answered", pong: { pid: 78, version: "0.1.0" } },
    imports: [],
  }),
  barStarts: Either.right({ service: "active", lines: [], main: undefined, config: "/home/alice/.config" }),
  ...changes,
})
