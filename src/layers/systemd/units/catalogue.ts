/** The one description of i3pm's four user units: what `i3pm units` writes and what the Nix module reads. Pure. */

import { EX_USAGE } from "../../system/exitStatus.ts"
import { commandLine, type UnitFile, type UnitSections } from "./UnitFile.ts"

/** The names of the units, which others may rely on. */
export const unitNames = {
  daemon: "i3-project-daemon.service",
  cleanup: "sway-socket-cleanup.service",
  timer: "sway-socket-cleanup.timer",
  sessionTarget: "sway-session.target",
} as const

export interface CatalogueOptions {
  /** The words that run i3pm, the first an absolute path. */
  readonly command: readonly [string, ...ReadonlyArray<string>]
  /** The version of systemd that will read the units. */
  readonly systemd: number
  /**
   * Where the manager listens for sd_notify messages, as an absolute path: opened for the daemon by systemd 253 and later.
   * Without it, or with one that needs escaping, the daemon sends its messages through systemd-notify.
   */
  readonly notifySocket?: string | undefined
  /** Between two sweeps, as a time span of systemd.time(7); `5min` by default. */
  readonly cleanupInterval?: string
  /** {@link unitNames.sessionTarget} by default. */
  readonly sessionTarget?: string
  /** `session` by default. */
  readonly daemonLifetime?: DaemonLifetime | undefined
}

/**
 * How long the daemon lives. `session`: it is part of the session target, and ends with the compositor. `manager`: it lives as
 * long as the user manager, and sees the compositor go and come.
 */
export type DaemonLifetime = (typeof daemonLifetimes)[number]

/** All of them, the default first. */
export const daemonLifetimes = ["session", "manager"] as const

/** Up as soon as the user has logged in (systemd.special(7)). */
const LOGIN_TARGET = "default.target"

/**
 * The four lines of a service that runs under Sway and nowhere else: it starts and stops with the target, and never without
 * it. `PartOf=` and not `BindsTo=`, which would start the target; `Requisite=` refuses a start by hand outside the session.
 */
export const swayOnly = (target: string) =>
  ({
    Unit: { PartOf: target, Requisite: target, After: target },
    Install: { WantedBy: target },
  }) as const satisfies UnitSections

/**
 * What works in a user manager, where there are no capabilities to drop. Not `MemoryDenyWriteExecute=`: V8 compiles. What
 * makes a file system of its own is left out, too: sockets of any path and `/proc` are what i3pm is about.
 */
const hardening = {
  NoNewPrivileges: "yes",
  LockPersonality: "yes",
  RestrictRealtime: "yes",
  RestrictSUIDSGID: "yes",
  RestrictNamespaces: "yes",
  RestrictAddressFamilies: "AF_UNIX",
  SystemCallArchitectures: "native",
  // V8 asks for memory protection keys. What else a Node to come may try, it hears that this kernel has not.
  SystemCallFilter: "@system-service @pkey",
  SystemCallErrorNumber: "ENOSYS",
  KeyringMode: "private",
  UMask: "0077",
} as const

/** The version that brought `OpenFile=`. An older one warns of a directive that it does not know. */
const OPEN_FILE_SINCE = 253

/**
 * `OpenFile=` expands no specifiers (measured on 257: `%t/…` is refused), so the path has to be known and to mean itself.
 * `graceful` and `NotifyAccess=all` keep systemd-notify as the way out where that path has become another one.
 */
const openFile = ({ notifySocket, systemd }: CatalogueOptions) =>
  systemd >= OPEN_FILE_SINCE && notifySocket !== undefined && /^\/[\w./+-]+$/.test(notifySocket)
    ? { OpenFile: `${notifySocket}:notify:graceful` }
    : {}

/**
 * Otherwise the journal would have them under `node`. It also finds what a unit's name does not: the journal looks up whose a
 * line is when it reads it, and of a process that has ended by then it finds no unit (one in forty on a busy machine, 252).
 */
const identifier = { SyslogIdentifier: "i3pm" }

const daemon = (options: CatalogueOptions, target: string): UnitFile => ({
  name: unitNames.daemon,
  sections: {
    Unit: {
      Description: `Sway and i3 IPC connection and its health (i3pm), ${promiseOf(options)}`,
      ...placeOf(options, target).Unit,
    },
    Service: {
      Type: "notify",
      // systemd-notify, where it is needed, is a child.
      NotifyAccess: "all",
      ...openFile(options),
      ExecStart: commandLine([...options.command, "daemon"]),
      // The shell's own kill: NixOS has no other where systemd looks, and a small Debian none at all.
      ExecReload: '/bin/sh -c "kill -HUP $$MAINPID"',
      WatchdogSec: "20",
      // The default is SIGABRT, for a core dump: of a stopped process there is none, and V8's would help nobody.
      WatchdogSignal: "SIGKILL",
      Restart: "on-failure",
      RestartSec: "1",
      // With the same settings the next start would end the same way.
      RestartPreventExitStatus: String(EX_USAGE),
      TimeoutStopSec: "5",
      RuntimeDirectory: "i3-project-daemon",
      RuntimeDirectoryMode: "0700",
      // systemd would empty it under a daemon that was started by hand; ours removes what is its own.
      RuntimeDirectoryPreserve: "yes",
      ...identifier,
      // Bars wait for its answers (systemd.special(7), https://systemd.io/DESKTOP_ENVIRONMENTS).
      Slice: "session.slice",
      ...hardening,
    },
    Install: placeOf(options, target).Install,
  },
})

/** What whoever reads the unit can expect of its counters and history. */
const promiseOf = ({ daemonLifetime }: CatalogueOptions) =>
  daemonLifetime === "manager" ? "across restarts of the compositor" : "for one session of the compositor"

/** What the daemon hangs on. With the life of the user manager it is tied to no session, and finds each compositor by itself. */
const placeOf = ({ daemonLifetime }: CatalogueOptions, target: string) =>
  daemonLifetime === "manager" ? { Unit: {}, Install: { WantedBy: LOGIN_TARGET } } : swayOnly(target)

const cleanup = ({ command }: CatalogueOptions): UnitFile => ({
  name: unitNames.cleanup,
  sections: {
    Unit: { Description: "Remove Sway and i3 sockets that nobody listens on" },
    Service: {
      Type: "oneshot",
      ExecStart: commandLine([...command, "cleanup"]),
      // A oneshot may take for ever by default, and the timer would wait for it.
      TimeoutStartSec: "1min",
      // The result is for a person; the reasons go to stderr, which would follow stdout if it were not said.
      StandardOutput: "null",
      StandardError: "journal",
      ...identifier,
      Slice: "background.slice",
      ...hardening,
    },
  },
})

const timer = ({ cleanupInterval = "5min" }: CatalogueOptions): UnitFile => ({
  name: unitNames.timer,
  sections: {
    Unit: { Description: "Remove Sway and i3 sockets that nobody listens on, now and then" },
    Timer: {
      // Since the machine's boot: at a later login it is in the past, which systemd takes for "at once".
      OnBootSec: "5min",
      OnUnitActiveSec: cleanupInterval,
      // Not the default minute: an interval is what it says. One wake-up in five minutes costs nothing.
      AccuracySec: "1s",
    },
    Install: { WantedBy: "timers.target" },
  },
})

const session = (target: string): UnitFile => ({
  name: target,
  sections: {
    Unit: {
      Description: "Sway session",
      // Not man:systemd.special(7): systemd-analyze verify complains of it where man is not installed.
      Documentation: "https://www.freedesktop.org/software/systemd/man/latest/systemd.special.html",
      BindsTo: "graphical-session.target",
      Wants: "graphical-session-pre.target",
      After: "graphical-session-pre.target",
    },
  },
})

/** The four units, in the order in which they are written down. */
export const catalogue = (options: CatalogueOptions): ReadonlyArray<UnitFile> => {
  const target = options.sessionTarget ?? unitNames.sessionTarget
  return [session(target), daemon(options, target), cleanup(options), timer(options)]
}

/** The links that enable the units in any lifetime of the daemon, each with its unit. */
export const allWantsLinks = (options: CatalogueOptions): ReadonlyArray<readonly [link: string, unit: string]> => {
  const links = daemonLifetimes.flatMap(daemonLifetime =>
    catalogue({ ...options, daemonLifetime }).flatMap(unit => wantsLinks(unit).map(link => [link, unit.name] as const)),
  )
  return [...new Map(links).entries()]
}

/** The `.wants` links that enable a unit: `<target>.wants/<unit>` for each target in its `WantedBy=`. */
export const wantsLinks = ({ name, sections }: UnitFile): ReadonlyArray<string> =>
  [sections["Install"]?.["WantedBy"] ?? []].flat().map(target => `${target}.wants/${name}`)
