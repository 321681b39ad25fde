/** i3pm's user units as data. `i3pm units` and the Nix module are both made from it. Pure. */
import { EX_USAGE } from "../../system/sysexits.ts"
import { relayUnits } from "./relayUnits.ts"
import { hardening, identifier, oneHeap, reloadBySignal } from "./serviceParts.ts"
import { commandLine, type UnitFile, type UnitSections } from "./UnitFile.ts"
import { isTemplate, unitNames } from "./unitNames.ts"

export { unitNames } from "./unitNames.ts"

/** What the units depend on. */
export interface CatalogueOptions {
  /** The command that runs i3pm: the absolute path of a program, and its first arguments. */
  readonly command: readonly [string, ...ReadonlyArray<string>]
  /** The version of systemd that will load the units. */
  readonly systemd: number
  /**
   * The absolute path of the manager's sd_notify socket, which systemd 253 and later opens for the daemon. Without it, or if the
   * path needs escaping, the daemon uses systemd-notify.
   */
  readonly notifySocket?: string | undefined
  /** The time between two cleanups, as a time span (systemd.time(7)); `5min` by default. */
  readonly cleanupInterval?: string
  /** {@link unitNames.sessionTarget} by default. */
  readonly sessionTarget?: string
  /** `session` by default. */
  readonly daemonLifetime?: DaemonLifetime | undefined
}

/**
 * How long the daemon lives. `session`: it is part of the session target, and stops with the compositor. `manager`: it lives as
 * long as the user manager, across restarts of the compositor.
 */
export type DaemonLifetime = (typeof daemonLifetimes)[number]

/** All lifetimes, the default first. */
export const daemonLifetimes = ["session", "manager"] as const

/** Active from login on (systemd.special(7)). */
const LOGIN_TARGET = "default.target"

/**
 * The four directives of a service that runs only under Sway: it starts and stops with the target, and cannot start without it.
 * `BindsTo=` instead of `PartOf=` would start the target. `Requisite=` refuses a manual start outside the session.
 */
export const swayOnly = (target: string) =>
  ({
    Unit: { PartOf: target, Requisite: target, After: target },
    Install: { WantedBy: target },
  }) as const satisfies UnitSections

/** The first version with `OpenFile=`. Older ones warn about an unknown directive. */
const OPEN_FILE_SINCE = 253

/**
 * `OpenFile=` expands no specifiers (257 refuses `%t/…`), so the path must be known and need no escaping. If the path is wrong at
 * run time, `graceful` and `NotifyAccess=all` let the daemon use systemd-notify instead.
 */
const openFile = ({ notifySocket, systemd }: CatalogueOptions) =>
  systemd >= OPEN_FILE_SINCE && notifySocket !== undefined && /^\/[\w./+-]+$/.test(notifySocket)
    ? { OpenFile: `${notifySocket}:notify:graceful` }
    : {}

const daemon = (options: CatalogueOptions, target: string): UnitFile => ({
  name: unitNames.daemon,
  sections: {
    Unit: {
      Description: `Sway and i3 IPC connection and its health (i3pm), ${lifetimeText(options)}`,
      ...bindingOf(options, target).Unit,
    },
    Service: {
      Type: "notify",
      // systemd-notify is a child process.
      NotifyAccess: "all",
      ...openFile(options),
      ExecStart: commandLine([...options.command, "daemon"]),
      ExecReload: reloadBySignal,
      WatchdogSec: "20",
      // The default, SIGABRT, is for a core dump. A stopped process writes none, and V8's is of no use.
      WatchdogSignal: "SIGKILL",
      Restart: "on-failure",
      RestartSec: "1",
      // With the same settings the next start would end the same way.
      RestartPreventExitStatus: String(EX_USAGE),
      TimeoutStopSec: "5",
      RuntimeDirectory: "i3-project-daemon",
      RuntimeDirectoryMode: "0700",
      // Otherwise systemd would empty it while a daemon that was started by hand uses it. The daemon removes its own files.
      RuntimeDirectoryPreserve: "yes",
      ...identifier,
      ...oneHeap,
      // Bars wait for its answers, so it gets a large share of CPU (systemd.special(7), https://systemd.io/DESKTOP_ENVIRONMENTS).
      Slice: "session.slice",
      ...hardening,
    },
    Install: bindingOf(options, target).Install,
  },
})

/** How long the daemon's counters and history last, for the description. */
const lifetimeText = ({ daemonLifetime }: CatalogueOptions) =>
  daemonLifetime === "manager" ? "across restarts of the compositor" : "for one session of the compositor"

/** The directives that start the daemon. With lifetime `manager` it depends on no session and finds each compositor itself. */
const bindingOf = ({ daemonLifetime }: CatalogueOptions, target: string) =>
  daemonLifetime === "manager" ? { Unit: {}, Install: { WantedBy: LOGIN_TARGET } } : swayOnly(target)

const cleanup = ({ command }: CatalogueOptions): UnitFile => ({
  name: unitNames.cleanup,
  sections: {
    Unit: { Description: "Remove Sway and i3 sockets without a listener" },
    Service: {
      Type: "oneshot",
      ExecStart: commandLine([...command, "cleanup"]),
      // A oneshot has no time limit by default, and the timer would wait for it.
      TimeoutStartSec: "1min",
      // Only stderr goes to the journal. Without StandardError= it would go where stdout goes.
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
    Unit: { Description: "Remove Sway and i3 sockets without a listener, at intervals" },
    Timer: {
      // Counted from boot. At a later login that time has passed, and systemd starts the unit at once.
      OnBootSec: "5min",
      OnUnitActiveSec: cleanupInterval,
      // The default is one minute. One exact wake-up in five minutes costs nothing.
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
      // Not man:systemd.special(7): systemd-analyze verify reports an error where man is not installed.
      Documentation: "https://www.freedesktop.org/software/systemd/man/latest/systemd.special.html",
      BindsTo: "graphical-session.target",
      Wants: "graphical-session-pre.target",
      After: "graphical-session-pre.target",
    },
  },
})

/** The units, in the order in which they are installed. */
export const catalogue = (options: CatalogueOptions): ReadonlyArray<UnitFile> => {
  const target = options.sessionTarget ?? unitNames.sessionTarget
  return [session(target), daemon(options, target), cleanup(options), timer(options), ...relayUnits(options.command)]
}

/** The links that enable the units with any daemon lifetime, each with its unit. */
export const allWantsLinks = (options: CatalogueOptions): ReadonlyArray<readonly [link: string, unit: string]> => {
  const links = daemonLifetimes.flatMap(daemonLifetime =>
    catalogue({ ...options, daemonLifetime }).flatMap(unit => wantsLinks(unit).map(link => [link, unit.name] as const)),
  )
  return [...new Map(links).entries()]
}

/**
 * The `.wants` links that enable a unit: `<target>.wants/<unit>` for each target in its `WantedBy=`. A template has none: only its
 * instances can be enabled.
 */
export const wantsLinks = ({ name, sections }: UnitFile): ReadonlyArray<string> =>
  isTemplate(name) ? [] : [sections["Install"]?.["WantedBy"] ?? []].flat().map(target => `${target}.wants/${name}`)
