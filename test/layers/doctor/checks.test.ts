/** Each check of `i3pm doctor`, as a table: what was gathered, and what is said of it. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import type { BarLine, BarStarts } from "../../../src/layers/doctor/BarFacts.ts"
import { type Check, toJson } from "../../../src/layers/doctor/Check.ts"
import { type Facts, type RelayFacts, unseen, type WaybarProcess } from "../../../src/layers/doctor/Facts.ts"
import { judge } from "../../../src/layers/doctor/judge.ts"
import type { UnitReport } from "../../../src/layers/session/survey/relations.ts"
import { SettingsError } from "../../../src/layers/settings/SettingsError.ts"
import { unitNames } from "../../../src/layers/systemd/units/catalogue.ts"
import { candidateOf, factsOf, SOCKET, surveyOf, targetOf, unitsOf, variableOf } from "../support/doctorFacts.ts"

const { cleanup: CLEANUP, daemon: DAEMON, sessionTarget: TARGET, timer: TIMER } = unitNames

const checkIn = (facts: Facts, id: string): Check => {
  const found = judge(facts).find(check => check.id === id)
  assert.isDefined(found, id)
  return toJson(found)
}

const right = Either.right
const OWN = "/home/alice/.config/systemd/user"
const stopped = { pid: 42, name: "sway", state: "T", uid: 1000 }
const stuck = candidateOf({
  verdict: "unresponsive",
  reason: "is stopped (SIGSTOP)",
  proof: undefined,
  process: stopped,
})
const orphan = candidateOf({ verdict: "orphan", reason: "no listener", path: "/run/user/1000/sway-ipc.1000.9.sock" })
const dead = [variableOf("SWAYSOCK", "/run/dead", true)]
const noSway = surveyOf({
  session: { compositors: [], target_state: "inactive", daemon_state: "inactive" },
  variables: [],
})
const targetIs = (state: string) => right(surveyOf({ session: { ...surveyOf().session, target_state: state } }))
const absent = { _tag: "Absent", why: "there is no socket" } as const
const silent = { _tag: "Silent", why: "the daemon did not answer in time" } as const
const inactive = { ActiveState: "inactive" }
const runtimeDir = factsOf().runtimeDir
const refused = (reason: "WrongOwner" | "WritableByOthers" | "NotFound", mode: number) => ({
  ...runtimeDir,
  result: { ok: false, reason, path: "/run/x", owner: 0, mode, message: "it is refused", cause: undefined } as const,
})
const settingError = (reason: SettingsError["reason"], cause?: unknown) =>
  new SettingsError({ reason, where: "/c/config.toml", message: "it is wrong", cause })

const misbound: UnitReport = {
  unit: "panel.service",
  description: "",
  active_state: "active",
  unit_file_state: "enabled",
  fragment_path: null,
  relations: { "graphical-session.target": ["part_of"] },
  sway_only: true,
  evidence: ["its command says swaymsg"],
  makes_session: null,
  placing: "wrong",
  wrong: true,
  fix: "i3pm session bind panel.service",
}

/** The id, what is different from a sound desktop, the status, and the fix (text, or null). */
type Row = readonly [title: string, id: string, changes: Partial<Facts>, status: Check["status"], fix: string | null]

const MASK = "systemctl --user mask --now waybar.service"

const startsOf = (changes: Partial<BarStarts>): Facts["barStarts"] =>
  right({ service: "absent", lines: [], main: "/etc/sway/config", config: "/c", ...changes })

/** The block of a swaybar, of ten lines. */
const block = (path = "/etc/sway/config"): BarLine => ({ path, line: 210, text: "bar {", bar: "swaybar", end: 219 })

const execWaybar: BarLine = { path: "/c/config", line: 3, text: "exec waybar", bar: "waybar", end: 3 }

const barsRun = (...bars: ReadonlyArray<string>): Facts["processes"] => right({ daemons: [], bars, waybars: [] })

const waybarRuns = (changes: Partial<WaybarProcess>): Facts["processes"] =>
  right({ daemons: [], bars: ["waybar"], waybars: [{ pid: 90, isService: false, showsState: false, ...changes }] })

const RELAY = "/run/user/1000/i3pm/relay.sock"

const relayOf = (changes: Partial<RelayFacts>): Facts["relay"] =>
  right({
    path: RELAY,
    listener: { _tag: "Relay" },
    isForServices: false,
    answer: { _tag: "Answered", pong: { pid: 78, version: "0.1.0" } },
    imports: [],
    ...changes,
  })

const rows: ReadonlyArray<Row> = [
  ["no compositor", "compositor", { sockets: right([]) }, "wrong", "sway"],
  ["no compositor, and none installed", "compositor", { sockets: right([]), tools: new Set() }, "wrong", null],
  [
    "i3 alone is installed",
    "compositor",
    { sockets: right([]), tools: new Set(["i3"]) },
    "wrong",
    "startx /usr/bin/i3",
  ],
  ["a stopped compositor is not live", "compositor", { sockets: right([stuck]) }, "wrong", "kill -CONT 42"],
  ["a stopped compositor", "compositor-answers", { sockets: right([stuck]) }, "wrong", "kill -CONT 42"],
  [
    "a hung compositor beside a live one",
    "compositor-answers",
    { sockets: right([candidateOf(), { ...stuck, process: { ...stopped, state: "R" } }]) },
    "wrong",
    "kill -KILL 42",
  ],
  [
    "a compositor in a debugger is left alone",
    "compositor-answers",
    { sockets: right([{ ...stuck, process: { ...stopped, state: "t" } }]) },
    "wrong",
    null,
  ],
  ["nobody to ask", "compositor-answers", { sockets: right([]) }, "skipped", null],
  ["sockets that were not seen", "compositor", { sockets: unseen("no answer") }, "skipped", null],
  [
    "the variable names a dead socket",
    "compositor",
    { sockets: right([candidateOf({ verdict: "missing", origins: ["I3PM_SOCKET"], proof: undefined })]) },
    "wrong",
    "unset I3PM_SOCKET",
  ],
  [
    "a refused directory is not searched",
    "compositor",
    { sockets: right([]), runtimeDir: refused("WrongOwner", 0o700) },
    "skipped",
    null,
  ],
  ["an orphan", "socket-files", { sockets: right([candidateOf(), orphan]) }, "warning", "i3pm cleanup"],
  [
    "a dead socket that only a variable names",
    "socket-files",
    { sockets: right([candidateOf(), { ...orphan, origins: ["SWAYSOCK"] }]) },
    "ok",
    null,
  ],
  [
    "an old sway",
    "compositor-version",
    {
      sockets: right([
        candidateOf({
          proof: {
            at: 0,
            latencyMs: 1,
            version: { human_readable: "1.6", major: 1, minor: 6, patch: 0, variant: "sway" },
          },
        }),
      ]),
    },
    "warning",
    null,
  ],
  ["a stale variable", "shell-swaysock", { shell: right(dead) }, "wrong", 'export SWAYSOCK="$(i3pm socket)"'],
  [
    "a stale variable without a compositor",
    "shell-swaysock",
    { shell: right(dead), sockets: right([]) },
    "wrong",
    "unset SWAYSOCK",
  ],
  ["no variable", "shell-swaysock", { shell: right([]) }, "warning", 'export SWAYSOCK="$(i3pm socket)"'],
  ["no variable and no compositor", "shell-swaysock", { shell: right([]), sockets: right([]) }, "skipped", null],
  [
    "a stale display",
    "shell-display",
    { shell: right([variableOf("WAYLAND_DISPLAY", "wayland-9", true)]) },
    "warning",
    "unset WAYLAND_DISPLAY",
  ],
  [
    "a stale display, and systemd has the one of the session",
    "shell-display",
    {
      shell: right([variableOf("WAYLAND_DISPLAY", "wayland-9", true)]),
      survey: right(surveyOf({ variables: [variableOf("WAYLAND_DISPLAY", "wayland-1", false)] })),
    },
    "warning",
    "export WAYLAND_DISPLAY=wayland-1",
  ],
  [
    "a stale display of systemd, and this shell has a valid one",
    "manager-display",
    { survey: right(surveyOf({ variables: [variableOf("WAYLAND_DISPLAY", "wayland-9", true)] })) },
    "warning",
    "systemctl --user set-environment WAYLAND_DISPLAY=wayland-1",
  ],
  [
    "a stale display of systemd, and none is known",
    "manager-display",
    { shell: right([]), survey: right(surveyOf({ variables: [variableOf("DISPLAY", ":9", true)] })) },
    "warning",
    "systemctl --user unset-environment DISPLAY",
  ],
  [
    "tmux's server and one of its sessions",
    "tmux-swaysock",
    { tmux: right([undefined, "$3"].map(session => ({ ...variableOf("SWAYSOCK", "/run/dead", true), session }))) },
    "wrong",
    `tmux set-environment -g SWAYSOCK ${SOCKET} && tmux set-environment -t '$3' -u SWAYSOCK`,
  ],
  [
    "a variable of tmux where there is a relay, which stays",
    "tmux-swaysock",
    { tmux: right([{ ...variableOf("I3SOCK", "/run/dead", true), session: undefined }]), relay: relayOf({}) },
    "wrong",
    `tmux set-environment -g I3SOCK ${RELAY}`,
  ],
  ["no tmux", "tmux-swaysock", { tmux: unseen("tmux is not installed") }, "skipped", null],
  [
    "a stale variable of systemd",
    "manager-swaysock",
    { survey: right(surveyOf({ variables: dead })) },
    "wrong",
    `systemctl --user set-environment SWAYSOCK=${SOCKET}`,
  ],
  [
    "the same where D-Bus can be told as well",
    "manager-swaysock",
    { survey: right(surveyOf({ variables: dead })), tools: new Set(["dbus-update-activation-environment"]) },
    "wrong",
    `dbus-update-activation-environment --systemd SWAYSOCK=${SOCKET}`,
  ],
  [
    "the same where services are to get the relay's path",
    "manager-swaysock",
    { survey: right(surveyOf({ variables: dead })), relay: relayOf({ isForServices: true }) },
    "wrong",
    `systemctl --user set-environment SWAYSOCK=${RELAY}`,
  ],
  [
    "the same without a compositor",
    "manager-swaysock",
    { survey: right({ ...noSway, variables: dead }), sockets: right([]) },
    "wrong",
    "systemctl --user unset-environment SWAYSOCK",
  ],
  ["systemd was not seen", "manager-swaysock", { survey: unseen("no answer") }, "skipped", null],
  ["D-Bus tells nobody its variables", "dbus-swaysock", { bus: right("dbus-daemon") }, "skipped", null],
  ["dbus-broker has systemd's", "dbus-swaysock", {}, "ok", null],
  [
    "no bus",
    "user-bus",
    { bus: unseen("no bus"), manager: right({ version: 252, watchdogs: true, busSocket: "inactive" }) },
    "wrong",
    "systemctl --user start dbus.socket",
  ],
  [
    "a bus elsewhere",
    "user-bus",
    { bus: unseen("no bus") },
    "wrong",
    'export DBUS_SESSION_BUS_ADDRESS="unix:path=$XDG_RUNTIME_DIR/bus"',
  ],
  ["no manager", "user-manager", { manager: unseen("none") }, "warning", "sudo systemctl restart user@1000.service"],
  ["no systemd", "user-manager", { manager: unseen("none"), tools: new Set() }, "skipped", null],
  [
    "all watchdogs off",
    "service-watchdogs",
    { manager: right({ version: 252, watchdogs: false, busSocket: "active" }) },
    "warning",
    "systemctl --user service-watchdogs yes",
  ],
  [
    "somebody else's directory",
    "runtime-dir",
    { runtimeDir: { ...refused("WrongOwner", 0o755), other: "/run/user/1000" } },
    "wrong",
    "export XDG_RUNTIME_DIR=/run/user/1000",
  ],
  ["open to all", "runtime-dir", { runtimeDir: refused("WritableByOthers", 0o777) }, "wrong", "chmod 0700 /run/x"],
  ["missing", "runtime-dir", { runtimeDir: refused("NotFound", 0) }, "wrong", "mkdir -m 0700 /run/x"],
  ["as /tmp is", "runtime-dir", { runtimeDir: refused("WritableByOthers", 0o1777) }, "wrong", "unset XDG_RUNTIME_DIR"],
  [
    "not set",
    "runtime-dir",
    { runtimeDir: { ...runtimeDir, configured: undefined } },
    "warning",
    "export XDG_RUNTIME_DIR=/run/user/1000",
  ],
  [
    "the daemon's directory is open",
    "control-dir",
    { runtimeDir: { ...runtimeDir, control: { path: "/r/d", gap: "mode", owner: 1000 } } },
    "wrong",
    "chmod 0700 /r/d",
  ],
  [
    "home cannot be written",
    "home",
    { home: { home: "/h", registered: "/h", places: [{ path: "/h", gap: "mode", owner: 1000 }] } },
    "wrong",
    "chmod u+rwx /h",
  ],
  [
    "home is another user's",
    "home",
    { home: { home: "/h", registered: "/h", places: [{ path: "/h", gap: "owner", owner: 0 }] } },
    "wrong",
    "sudo chown 1000 /h",
  ],
  [
    "a directory below home is another user's",
    "home",
    { home: { home: "/h", registered: undefined, places: [{ path: "/h/.config", gap: "owner", owner: 0 }] } },
    "wrong",
    "sudo chown 1000 /h/.config",
  ],
  [
    "HOME names another user's",
    "home",
    { home: { home: "/root", registered: "/h", places: [{ path: "/root", gap: "owner", owner: 0 }] } },
    "wrong",
    'export HOME="$(getent passwd 1000 | cut -d: -f6)"',
  ],
  [
    "home does not exist",
    "home",
    { home: { home: "/nonexistent", registered: "/nonexistent", places: [{ path: "/", gap: "owner", owner: 0 }] } },
    "wrong",
    "sudo install -d -m 0700 -o 1000 /nonexistent",
  ],
  [
    "HOME names what does not exist",
    "home",
    { home: { home: "/home/other", registered: "/h", places: [{ path: "/home", gap: "owner", owner: 0 }] } },
    "wrong",
    'export HOME="$(getent passwd 1000 | cut -d: -f6)"',
  ],
  [
    "home is the root",
    "home",
    { home: { home: "/", registered: "/", places: [{ path: "/", gap: "owner", owner: 0 }] } },
    "wrong",
    null,
  ],
  [
    "the configuration is to be in another user's directory",
    "home",
    { home: { home: "/h", registered: "/h", places: [{ path: "/etc", gap: "owner", owner: 0 }] } },
    "wrong",
    "unset XDG_CONFIG_HOME",
  ],
  [
    "settings that cannot be read",
    "settings",
    {
      settings: right([
        {
          error: settingError("Unreadable", { reason: "Denied" }),
          line: undefined,
          isOneLine: false,
          variable: undefined,
        },
      ]),
    },
    "wrong",
    "chmod u+r /c/config.toml",
  ],
  [
    "a wrong line and a wrong variable",
    "settings",
    {
      settings: right([
        { error: settingError("InvalidValue"), line: 3, isOneLine: true, variable: undefined },
        { error: settingError("InvalidValue"), line: undefined, isOneLine: false, variable: "I3PM_LOG_LEVEL" },
      ]),
    },
    "wrong",
    "sed -i --follow-symlinks '3s/^/# /' /c/config.toml && unset I3PM_LOG_LEVEL",
  ],
  [
    "a file that is not TOML, and a wrong table",
    "settings",
    {
      settings: right([
        { error: settingError("Malformed"), line: 2, isOneLine: false, variable: undefined },
        { error: settingError("UnknownKey"), line: 5, isOneLine: false, variable: undefined },
      ]),
    },
    "wrong",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's braces
    '"${EDITOR:-nano}" +2 /c/config.toml && "${EDITOR:-nano}" +5 /c/config.toml',
  ],
  ["no daemon", "daemon", { daemon: absent }, "wrong", `systemctl --user start ${DAEMON}`],
  ["no daemon and no units", "daemon", { daemon: absent, units: unseen("no systemd") }, "wrong", "i3pm daemon"],
  [
    "a masked daemon",
    "daemon",
    { daemon: absent, units: right(unitsOf({ [DAEMON]: { LoadState: "masked" } })) },
    "wrong",
    `systemctl --user unmask ${DAEMON} && i3pm units install`,
  ],
  [
    "a daemon whose session does not run",
    "daemon",
    { daemon: absent, units: right(unitsOf({ [TARGET]: inactive })), sockets: right([]) },
    "wrong",
    null,
  ],
  [
    "a stopped daemon",
    "daemon-answers",
    { daemon: silent, processes: right({ daemons: [{ pid: 77, isStopped: true }], bars: [], waybars: [] }) },
    "wrong",
    "kill -CONT 77",
  ],
  ["a hung daemon", "daemon-answers", { daemon: silent }, "wrong", `systemctl --user restart ${DAEMON}`],
  [
    "two daemons, of which the unit's answers",
    "daemon-single",
    { processes: right({ daemons: [77, 88].map(pid => ({ pid, isStopped: false })), bars: [], waybars: [] }) },
    "wrong",
    "kill 88",
  ],
  [
    "two daemons, of which the other one answers",
    "daemon-single",
    {
      processes: right({ daemons: [77, 88].map(pid => ({ pid, isStopped: false })), bars: [], waybars: [] }),
      daemon: { _tag: "Answered", pong: { pid: 88, version: "0.1.0" } },
    },
    "wrong",
    `kill 88 && systemctl --user restart ${DAEMON}`,
  ],
  [
    "an older daemon",
    "daemon-version",
    { daemon: { _tag: "Answered", pong: { pid: 77, version: "0.0.9" } } },
    "warning",
    `systemctl --user restart ${DAEMON}`,
  ],
  [
    "0.10 is newer than 0.9, and started by hand",
    "daemon-version",
    {
      daemon: { _tag: "Answered", pong: { pid: 5, version: "0.9.0" } },
      program: { ...factsOf().program, version: "0.10.0" },
    },
    "warning",
    "kill 5 && i3pm daemon",
  ],
  [
    "not enabled",
    "daemon-enabled",
    { units: right(unitsOf({ [DAEMON]: { WantedBy: "" } })) },
    "wrong",
    `systemctl --user enable ${DAEMON}`,
  ],
  [
    "a watchdog that a drop-in has turned off",
    "daemon-watchdog",
    { units: right(unitsOf({ [DAEMON]: { WatchdogUSec: "0", DropInPaths: "/c/my.conf" } })) },
    "wrong",
    `sed -i --follow-symlinks '/^ *WatchdogSec *=/d' /c/my.conf && systemctl --user daemon-reload && systemctl --user restart ${DAEMON}`,
  ],
  [
    "a watchdog that an edited unit has turned off",
    "daemon-watchdog",
    { units: right(unitsOf({ [DAEMON]: { WatchdogUSec: "infinity" } }, { own: "edited" })) },
    "wrong",
    `mv ${OWN}/${DAEMON} ${OWN}/${DAEMON}.old && i3pm units install && systemctl --user daemon-reload && systemctl --user restart ${DAEMON}`,
  ],
  [
    "the watchdog of a unit that does not run, which systemd does not tell",
    "daemon-watchdog",
    { daemon: absent, units: right(unitsOf({ [DAEMON]: { ...inactive, WatchdogUSec: "infinity" } })) },
    "skipped",
    null,
  ],
  [
    "a daemon started by hand beside such a unit",
    "daemon-watchdog",
    {
      daemon: { _tag: "Answered", pong: { pid: 5, version: "0.1.0" } },
      units: right(unitsOf({ [DAEMON]: { ...inactive, MainPID: "0", WatchdogUSec: "infinity" } })),
    },
    "warning",
    `kill 5 && systemctl --user start ${DAEMON}`,
  ],
  [
    "pings that systemd ignores",
    "daemon-watchdog",
    { units: right(unitsOf({ [DAEMON]: { NotifyAccess: "main", DropInPaths: "/etc/systemd/user/my.conf" } })) },
    "wrong",
    `sudo sed -i --follow-symlinks '/^ *NotifyAccess *=/d' /etc/systemd/user/my.conf && systemctl --user daemon-reload && systemctl --user restart ${DAEMON}`,
  ],
  [
    "a systemd that gets the pings from the daemon itself",
    "daemon-watchdog",
    {
      units: right(unitsOf({ [DAEMON]: { NotifyAccess: "main" } })),
      manager: right({ version: 257, watchdogs: true, busSocket: "active" }),
    },
    "ok",
    null,
  ],
  [
    "a daemon that has crashed too often",
    "daemon",
    { daemon: absent, units: right(unitsOf({ [DAEMON]: { ActiveState: "failed" } })) },
    "wrong",
    `systemctl --user reset-failed ${DAEMON} && systemctl --user start ${DAEMON}`,
  ],
  [
    "a daemon that systemd has not started",
    "daemon-watchdog",
    { daemon: { _tag: "Answered", pong: { pid: 5, version: "0.1.0" } } },
    "warning",
    `kill 5 && systemctl --user start ${DAEMON}`,
  ],
  [
    "a unit of a package that cannot be loaded with its drop-ins, of which one is for all services",
    "units",
    {
      units: right(
        unitsOf(
          {
            [CLEANUP]: {
              LoadState: "bad-setting",
              DropInPaths: `/c/service.d/all.conf /c/${CLEANUP}.d/mine.conf /etc/systemd/user/${CLEANUP}.d/site.conf`,
            },
          },
          { own: "absent" },
        ),
      ),
    },
    "wrong",
    `mv /c/${CLEANUP}.d/mine.conf /c/${CLEANUP}.d/mine.conf.old && sudo mv /etc/systemd/user/${CLEANUP}.d/site.conf /etc/systemd/user/${CLEANUP}.d/site.conf.old && systemctl --user daemon-reload`,
  ],
  [
    "an edited unit that cannot be loaded, with a drop-in",
    "units",
    {
      units: right(
        unitsOf(
          { [CLEANUP]: { LoadState: "bad-setting", DropInPaths: `/c/${CLEANUP}.d/mine.conf` } },
          { own: "edited" },
        ),
      ),
    },
    "wrong",
    `mv /home/alice/.config/systemd/user/${CLEANUP} /home/alice/.config/systemd/user/${CLEANUP}.old && i3pm units install`,
  ],
  [
    "units that are not installed",
    "units",
    { units: right(unitsOf({ [TIMER]: { LoadState: "not-found" } })) },
    "warning",
    "i3pm units install",
  ],
  [
    "units of another version",
    "units-current",
    { units: right(unitsOf({}, { own: "old" })) },
    "warning",
    "i3pm units install",
  ],
  [
    "a program that is gone",
    "units-program",
    { units: right(unitsOf({}, { missingPrograms: ["/gone/main.cjs"] })) },
    "wrong",
    "i3pm units install",
  ],
  [
    "files that systemd has not read",
    "units-loaded",
    { units: right(unitsOf({ [TIMER]: { NeedDaemonReload: "yes" } })) },
    "warning",
    "systemctl --user daemon-reload",
  ],
  [
    "copies that hide a package's units",
    "units-package",
    { units: right(unitsOf({}, { packaged: "/usr/lib/systemd/user/x" })) },
    "warning",
    `i3pm units uninstall && systemctl --user enable ${DAEMON} ${TIMER} i3pm-relay.socket && ` +
      `systemctl --user start ${TIMER} i3pm-relay.socket && systemctl --user start ${TARGET}`,
  ],
  [
    "the same where the package has enabled its units for all users, and no session runs",
    "units-package",
    {
      units: right(
        unitsOf({ [TARGET]: inactive }).map(unit => ({ ...unit, packaged: "/usr/x", isEnabledForAll: true })),
      ),
    },
    "warning",
    `i3pm units uninstall && systemctl --user start ${TIMER} i3pm-relay.socket`,
  ],
  [
    "a package's units",
    "units-package",
    { units: right(unitsOf({}, { packaged: "/usr/x", own: "absent" })) },
    "ok",
    null,
  ],
  [
    "a masked timer",
    "cleanup-timer",
    { units: right(unitsOf({ [TIMER]: { LoadState: "masked" } })) },
    "wrong",
    `systemctl --user unmask ${TIMER} && i3pm units install`,
  ],
  [
    "a masked timer of a package",
    "cleanup-timer",
    { units: right(unitsOf({}, { packaged: "/usr/x", properties: { LoadState: "masked" } })) },
    "wrong",
    `systemctl --user unmask ${TIMER} && systemctl --user enable --now ${TIMER}`,
  ],
  [
    "the same where it is enabled for all users",
    "cleanup-timer",
    {
      units: right(unitsOf({}, { packaged: "/usr/x", isEnabledForAll: true, properties: { LoadState: "masked" } })),
    },
    "wrong",
    `systemctl --user unmask ${TIMER} && systemctl --user start ${TIMER}`,
  ],
  [
    "a timer that does not run",
    "cleanup-timer",
    { units: right(unitsOf({ [TIMER]: inactive })) },
    "wrong",
    `systemctl --user start ${TIMER}`,
  ],
  [
    "a timer that neither runs nor is enabled",
    "cleanup-timer",
    { units: right(unitsOf({ [TIMER]: { ...inactive, WantedBy: "", UnitFileState: "disabled" } })) },
    "wrong",
    `systemctl --user enable --now ${TIMER}`,
  ],
  [
    "a relay's socket whose path somebody else uses",
    "relay-socket",
    { units: right(unitsOf({ "i3pm-relay.socket": { ActiveState: "failed", Result: "exit-code" } })) },
    "wrong",
    "i3pm relay check && systemctl --user restart i3pm-relay.socket",
  ],
  [
    "a relay's socket that does not listen",
    "relay-socket",
    { units: right(unitsOf({ "i3pm-relay.socket": inactive })) },
    "wrong",
    "systemctl --user start i3pm-relay.socket",
  ],
  [
    "a cleanup that failed",
    "cleanup-run",
    { units: right(unitsOf({ [CLEANUP]: { Result: "exit-code" } })) },
    "warning",
    `systemctl --user start ${CLEANUP}`,
  ],
  [
    "sway without its target",
    "session-target",
    { survey: targetIs("inactive") },
    "wrong",
    "i3pm session install && i3pm msg exec /usr/bin/node /opt/i3pm/main.cjs session run",
  ],
  [
    "sway without its target, and nothing installed",
    "session-target",
    { survey: targetIs("not-found"), units: right(unitsOf({ [TARGET]: { LoadState: "not-found" } })) },
    "wrong",
    "i3pm units install && i3pm session install && i3pm msg exec /usr/bin/node /opt/i3pm/main.cjs session run",
  ],
  [
    "a target that was stopped below its session run",
    "session-target",
    { survey: targetIs("inactive"), heldSession: right(SOCKET) },
    "wrong",
    `systemctl --user start ${TARGET}`,
  ],
  [
    "a target without sway",
    "session-target",
    { survey: right({ ...noSway, session: { ...noSway.session, target_state: "active" } }) },
    "wrong",
    `systemctl --user stop ${TARGET}`,
  ],
  ["neither sway nor its target", "session-target", { survey: right(noSway) }, "skipped", null],
  [
    "a unit on the wrong target",
    "session-units",
    { survey: right(surveyOf({ units: [misbound] })) },
    "wrong",
    "i3pm session bind panel.service",
  ],
  [
    "a unit that outlived its target",
    "session-running",
    {
      survey: right(
        surveyOf({
          running_without_target: [
            { unit: "p.service", active_state: "active", target: TARGET, relations: ["part_of"] },
          ],
        }),
      ),
    },
    "warning",
    "systemctl --user stop p.service",
  ],
  [
    "a unit that failed",
    "session-failed",
    { survey: right(surveyOf({ units: [{ ...misbound, active_state: "failed" }] })) },
    "warning",
    "systemctl --user restart panel.service",
  ],
  [
    "a unit that has failed while no compositor runs",
    "session-failed",
    { survey: right({ ...noSway, units: [{ ...misbound, active_state: "failed" }] }) },
    "skipped",
    null,
  ],
  [
    "a second session target",
    "session-projects",
    { targets: right([targetOf(TARGET, { ours: true }), targetOf("sway-desktop.target")]) },
    "warning",
    "systemctl --user stop sway-desktop.target",
  ],
  [
    "a bar that starts Node again and again",
    "bar",
    { bars: right([{ bar: "eww", path: "/c/eww.yuck", use: "polls" }]) },
    "warning",
    "i3pm bar eww",
  ],
  [
    "the bar that runs comes first",
    "bar",
    {
      bars: right([
        { bar: "polybar", path: "/c/p", use: "none" },
        { bar: "waybar", path: "/c/w", use: "none" },
      ]),
    },
    "warning",
    "i3pm bar waybar",
  ],
  [
    "a waybar that was started before its configuration had the module",
    "bar",
    { processes: waybarRuns({ isService: true }) },
    "warning",
    "systemctl --user restart waybar.service",
  ],
  [
    "the same waybar, started by a line",
    "bar",
    {
      processes: waybarRuns({}),
      barStarts: startsOf({ lines: [{ ...execWaybar, text: "exec waybar -c /c/w" }] }),
    },
    "warning",
    "kill 90 && swaymsg 'exec waybar -c /c/w'",
  ],
  [
    "the same waybar, started by a line with a variable",
    "bar",
    { processes: waybarRuns({}), barStarts: startsOf({ lines: [{ ...execWaybar, text: "exec waybar -c $file" }] }) },
    "warning",
    "kill 90 && swaymsg exec waybar",
  ],
  [
    "the same waybar, started by a bar block",
    "bar",
    { processes: waybarRuns({}), barStarts: startsOf({ lines: [{ ...block("/c/config"), bar: "waybar" }] }) },
    "warning",
    "kill 90 && swaymsg reload",
  ],
  [
    "the same waybar, and another bar shows the state",
    "bar",
    {
      processes: right({
        daemons: [],
        bars: ["waybar", "eww"],
        waybars: [{ pid: 90, isService: true, showsState: false }],
      }),
      bars: right([
        { bar: "waybar", path: "/c/w", use: "watches" },
        { bar: "eww", path: "/c/e", use: "watches" },
      ]),
    },
    "ok",
    null,
  ],
  [
    "a package's unit that has changed since it was copied",
    "session-copies",
    { copies: right([{ unit: "a.service", copy: `${OWN}/a.service`, source: "/usr/lib/systemd/user/a.service" }]) },
    "warning",
    "i3pm session unbind a.service && i3pm session bind a.service",
  ],
  [
    "a copied unit with a backslash in its name",
    "session-copies",
    { copies: right([{ unit: "a\\x2db.service", copy: `${OWN}/x`, source: "/usr/lib/systemd/user/x" }]) },
    "warning",
    "i3pm session unbind 'a\\x2db.service' && i3pm session bind 'a\\x2db.service'",
  ],
  [
    "an older relay",
    "relay-version",
    { relay: relayOf({ answer: { _tag: "Answered", pong: { pid: 78, version: "0.0.9" } } }) },
    "warning",
    "kill 78 && i3pm relay",
  ],
  [
    "an older relay of the unit",
    "relay-version",
    {
      relay: relayOf({ answer: { _tag: "Answered", pong: { pid: 78, version: "0.0.9" } } }),
      units: right(unitsOf({ [unitNames.relay]: { LoadState: "loaded", MainPID: "78" } })),
    },
    "warning",
    "systemctl --user restart i3pm-relay.service",
  ],
  [
    "the relay's path in a variable, and no socket there",
    "relay-path",
    { relay: relayOf({ listener: { _tag: "Absent" } }), shell: right([variableOf("SWAYSOCK", RELAY, true)]) },
    "wrong",
    "systemctl --user start i3pm-relay.socket",
  ],
  [
    "the same everywhere, and no unit that could listen",
    "relay-path",
    {
      relay: relayOf({ listener: { _tag: "Absent" } }),
      shell: right(["SWAYSOCK", "I3SOCK"].map(name => variableOf(name, RELAY, true))),
      tmux: right([{ ...variableOf("I3SOCK", "/run/user/1000/i3pm/kiosk/relay.sock", true), session: undefined }]),
      survey: right(surveyOf({ variables: [variableOf("SWAYSOCK", RELAY, true)] })),
      units: right(unitsOf({ [unitNames.relaySocket]: { LoadState: "not-found" } })),
    },
    "wrong",
    "unset SWAYSOCK I3SOCK && tmux set-environment -g -u I3SOCK && systemctl --user unset-environment SWAYSOCK",
  ],
  [
    "a compositor at the relay's path",
    "relay-path",
    { relay: relayOf({ listener: { _tag: "Compositor", name: "sway", pid: 42 } }) },
    "wrong",
    "unset SWAYSOCK I3SOCK",
  ],
  [
    "the relay's path in a variable, and the relay there",
    "relay-path",
    { relay: relayOf({}), shell: right([variableOf("SWAYSOCK", RELAY, false)]) },
    "ok",
    null,
  ],
  ["a variable without the relay", "relay-path", { shell: right(dead) }, "ok", null],
  ["no relay", "relay-version", { relay: relayOf({ answer: { _tag: "Absent", why: "none" } }) }, "skipped", null],
  ["services without the relay", "relay-services", {}, "skipped", null],
  [
    "the relay's variables before a session runs",
    "relay-services",
    { relay: relayOf({ isForServices: true }) },
    "skipped",
    null,
  ],
  [
    "services that get the relay's path",
    "relay-services",
    {
      relay: relayOf({ isForServices: true }),
      heldSession: right(SOCKET),
      survey: right(
        surveyOf({ variables: [variableOf("SWAYSOCK", RELAY, false), variableOf("I3SOCK", RELAY, false)] }),
      ),
    },
    "ok",
    null,
  ],
  [
    "a line that imports SWAYSOCK after session run",
    "relay-services",
    {
      relay: relayOf({ isForServices: true }),
      heldSession: right(SOCKET),
      survey: right(
        surveyOf({ variables: [variableOf("SWAYSOCK", SOCKET, false), variableOf("I3SOCK", RELAY, false)] }),
      ),
      tools: new Set(),
    },
    "wrong",
    `systemctl --user set-environment SWAYSOCK=${RELAY}`,
  ],
  [
    "the distribution's waybar beside a bar of the configuration, and no bar that the user has set up",
    "bar-single",
    { barStarts: startsOf({ service: "enabled", lines: [block()] }), bars: right([]) },
    "warning",
    MASK,
  ],
  [
    "the same where swaybar shows i3pm",
    "bar-single",
    {
      barStarts: startsOf({ service: "active", lines: [block("/c/sway/config")] }),
      bars: right([{ bar: "swaybar", path: "/c/sway/config", use: "watches" }]),
    },
    "warning",
    MASK,
  ],
  [
    "the same where waybar does: the block goes",
    "bar-single",
    { barStarts: startsOf({ service: "enabled", lines: [block("/c/sway/config")] }) },
    "warning",
    "sed -i --follow-symlinks '210,219s/^/# /' /c/sway/config && swaymsg reload",
  ],
  [
    "the same with the distribution's configuration, which is copied first",
    "bar-single",
    { barStarts: startsOf({ service: "active", lines: [block()] }) },
    "warning",
    "mkdir -p /c/sway && cp /etc/sway/config /c/sway/config && sed -i --follow-symlinks '210,219s/^/# /' /c/sway/config && swaymsg reload",
  ],
  [
    "the same with a file that the distribution's configuration includes",
    "bar-single",
    { barStarts: startsOf({ service: "active", lines: [block("/etc/sway/config.d/bar.conf")] }) },
    "warning",
    "sudo sed -i --follow-symlinks '210,219s/^/# /' /etc/sway/config.d/bar.conf && swaymsg reload",
  ],
  [
    "the same with the distribution's configuration, which the user's own includes: a copy would replace that",
    "bar-single",
    { barStarts: startsOf({ service: "active", lines: [block()], main: "/c/sway/config" }) },
    "warning",
    "sudo sed -i --follow-symlinks '210,219s/^/# /' /etc/sway/config && swaymsg reload",
  ],
  ["two waybars", "bar-single", { barStarts: startsOf({ service: "active", lines: [execWaybar] }) }, "warning", MASK],
  [
    "a bar of the configuration, and waybar is wanted and masked",
    "bar-single",
    { barStarts: startsOf({ service: "masked", lines: [block("/c/sway/config")] }), processes: barsRun("swaybar") },
    "warning",
    "sed -i --follow-symlinks '210,219s/^/# /' /c/sway/config && swaymsg reload && systemctl --user unmask waybar.service && systemctl --user start waybar.service",
  ],
  [
    "waybar alone is to start, and the old bar still runs",
    "bar-single",
    { barStarts: startsOf({ service: "enabled", lines: [] }), processes: barsRun("swaybar") },
    "warning",
    "swaymsg reload && systemctl --user start waybar.service",
  ],
  [
    "swaybar alone is to start, and a waybar was started by hand",
    "bar-single",
    {
      barStarts: startsOf({ lines: [block("/c/sway/config")] }),
      bars: right([{ bar: "swaybar", path: "/c/sway/config", use: "watches" }]),
      processes: waybarRuns({ showsState: true }),
    },
    "warning",
    "kill 90",
  ],
  [
    "a bar of the configuration, and an old configuration of waybar",
    "bar-single",
    {
      barStarts: startsOf({ lines: [block("/c/sway/config")] }),
      bars: right([{ bar: "waybar", path: "/c/waybar/config", use: "none" }]),
      processes: barsRun("swaybar"),
    },
    "ok",
    null,
  ],
  [
    "two bars of the configuration, of which swaybar shows i3pm",
    "bar-single",
    {
      barStarts: startsOf({ lines: [execWaybar, block("/c/sway/config")] }),
      bars: right([{ bar: "swaybar", path: "/c/sway/config", use: "watches" }]),
    },
    "warning",
    "sed -i --follow-symlinks '3s/^/# /' /c/config && swaymsg reload",
  ],
  [
    "waybar where swaybar is wanted",
    "bar-single",
    {
      barStarts: startsOf({ service: "active", lines: [] }),
      bars: right([{ bar: "swaybar", path: "/c/sway/config", use: "watches" }]),
    },
    "warning",
    MASK,
  ],
  [
    "the same where a line of the configuration starts waybar",
    "bar-single",
    {
      barStarts: startsOf({ lines: [execWaybar] }),
      bars: right([{ bar: "swaybar", path: "/c/sway/config", use: "watches" }]),
    },
    "warning",
    `sed -i --follow-symlinks '${execWaybar.line}s/^/# /' ${execWaybar.path} && swaymsg reload`,
  ],
  [
    "a bar of the configuration alone",
    "bar-single",
    { barStarts: startsOf({ service: "disabled", lines: [execWaybar] }) },
    "ok",
    null,
  ],
  ["no bar that starts", "bar-single", { barStarts: startsOf({ service: "absent", lines: [] }) }, "skipped", null],
  ["no bar at all", "bar", { bars: right([]) }, "skipped", null],
  [
    "an old Node",
    "node-version",
    { node: { version: "20.17.0", hasSnapshot: true, startMs: 20 } },
    "wrong",
    "npm install -g --prefix ~/.local node",
  ],
  [
    "Debian 13's Node, and no bar that watches",
    "node-start",
    { node: { version: "20.19.2", hasSnapshot: false, startMs: 126 }, bars: right([]) },
    "warning",
    null,
  ],
  [
    "Debian 13's Node, and a bar that polls",
    "node-start",
    {
      node: { version: "20.19.2", hasSnapshot: false, startMs: 126 },
      bars: right([{ bar: "polybar", path: "/c/polybar/config.ini", use: "polls" }]),
    },
    "warning",
    "i3pm bar polybar",
  ],
  [
    "Debian 13's Node, and a bar that watches",
    "node-start",
    { node: { version: "20.19.2", hasSnapshot: false, startMs: 126 } },
    "ok",
    null,
  ],
]

describe("a check", () => {
  it("finds nothing wrong where nothing is, and says why for each that it skips", () => {
    for (const check of judge(factsOf())) {
      assert.include(["ok", "skipped"], check.status, check.id)
      assert.isNull(check.fix, check.id)
      if (check.status === "skipped") assert.isNotNull(check.why, check.id)
    }
  })

  it.each(rows)("%s (%s)", (_, id, changes, status, fix) => {
    const check = checkIn(factsOf(changes), id)
    assert.deepStrictEqual([check.status, check.fix], [status, fix])
    if (status !== "ok") assert.isNotNull(check.why)
  })

  it.each(["I3PM_SOCKET", "config"] as const)(
    "does not say that none runs where only the socket of %s was asked",
    origin => {
      const dead = candidateOf({ verdict: "missing", origins: [origin], proof: undefined })
      assert.strictEqual(
        checkIn(factsOf({ sockets: right([dead]) }), "compositor").what,
        "nobody answers at the socket that is set, and no other is tried",
      )
    },
  )

  it("leaves the start of a session's daemon to Sway", () => {
    const units = right(unitsOf({ [TARGET]: inactive }))
    const { why } = checkIn(factsOf({ daemon: absent, units, sockets: right([]) }), "daemon")
    assert.match(why ?? "", /, and starts with Sway$/)
  })

  it("says which bar its command keeps where the user has set up none, and how to keep the other", () => {
    const facts = factsOf({ barStarts: startsOf({ service: "enabled", lines: [block()] }), bars: right([]) })
    assert.match(
      checkIn(facts, "bar-single").why ?? "",
      /; the fix keeps swaybar and not waybar: for the other way round run i3pm bar waybar$/,
    )
  })

  it("says which file is to change where its command prints what to add", () => {
    const bars = right([{ bar: "polybar", path: "/c/polybar/config.ini", use: "polls" } as const])
    assert.include(checkIn(factsOf({ bars }), "bar").what, "/c/polybar/config.ini")
  })

  it("says nothing of what could not be seen but why", () => {
    const blind: Partial<Facts> = {
      ...{ settings: unseen("dark"), sockets: unseen("dark"), shell: unseen("dark"), tmux: unseen("dark") },
      ...{ bus: unseen("dark"), survey: unseen("dark"), units: unseen("dark"), targets: unseen("dark") },
      ...{
        processes: unseen("dark"),
        relay: unseen("dark"),
        copies: unseen("dark"),
        bars: unseen("dark"),
        barStarts: unseen("dark"),
        heldSession: unseen("dark"),
      },
    }
    const looked = judge(factsOf(blind)).filter(({ status }) => status !== "skipped")
    assert.deepStrictEqual(
      looked.map(({ id, status }) => [id, status]),
      [
        ["runtime-dir", "ok"],
        ["control-dir", "ok"],
        ["home", "ok"],
        ["user-manager", "ok"],
        ["systemd-version", "ok"],
        ["user-bus", "wrong"],
        ["daemon", "ok"],
        ["daemon-answers", "ok"],
        ["daemon-version", "ok"],
        ["service-watchdogs", "ok"],
        ["node-version", "ok"],
        ["node-start", "ok"],
      ],
    )
  })

  it("starts the session by a line that reaches sway with the quotes of a path that needs them", () => {
    const program = { version: "0.1.0", text: "i3pm", command: ["/home/a b/it's $1/node", "/opt/main.cjs"] } as const
    const { fix } = checkIn(factsOf({ program, survey: targetIs("inactive") }), "session-target")
    const script = `i3pm() { case $1 in msg) shift; printf %s "$*";; esac; }\n${fix}`
    const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" })
    assert.strictEqual(stdout, `exec '/home/a b/it'\\''s $$1/node' /opt/main.cjs session run`)
  })

  it("has ids of its own, in kebab-case", () => {
    const ids = judge(factsOf()).map(({ id }) => id)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^[a-z]+(?:-[a-z]+)*$/)
  })
})

describe("whose session target it is", () => {
  const store = "/nix/store/abc-home-manager-files/.config/systemd/user/sway-session.target"
  const cases = [
    ["i3pm's", targetOf(TARGET, { ours: true }), "sway-session.target is i3pm's"],
    ["home-manager's", targetOf(TARGET, { path: store }), "sway-session.target is home-manager's"],
    ["NixOS'", targetOf(TARGET, { path: "/nix/store/abc-unit/sway-session.target" }), "sway-session.target is NixOS's"],
    ["sway-systemd's", targetOf(TARGET, { path: `/usr/lib/systemd/user/${TARGET}` }), "is sway-systemd's"],
    ["one's own", targetOf(TARGET), "is another project's"],
  ] as const
  it.each(cases)("%s", (_, target, what) => {
    assert.include(checkIn(factsOf({ targets: right([target]) }), "session-projects").what, what)
  })

  it("does not object to uwsm, which runs the compositor itself", () => {
    const targets = right([targetOf(TARGET, { ours: true }), targetOf("wayland-session@sway.desktop.target")])
    assert.deepInclude(checkIn(factsOf({ targets }), "session-projects"), {
      status: "ok",
      what: "sway-session.target is i3pm's; wayland-session@sway.desktop.target (uwsm) manages the session",
    })
  })
})
