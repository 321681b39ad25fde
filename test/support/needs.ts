/** Whether the real programs a test needs are there, and what becomes of the test if not. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, type TestContext, test } from "vitest"
import { cgroupsAreWritable } from "./cgroups.ts"
import { runsAsRoot, TEST_GID, TEST_UID } from "./TestUser.ts"

/** Program to Debian package. */
const packages = {
  sway: "sway",
  swaymsg: "sway",
  i3: "i3-wm",
  "i3-msg": "i3-wm",
  Xvfb: "xvfb",
  socat: "socat",
  jq: "jq",
  strace: "strace",
  ss: "iproute2",
  "dpkg-deb": "dpkg",
  lintian: "lintian",
  makepkg: "makepkg",
  pacman: "pacman-package-manager",
  /** What makepkg unpacks with. */
  bsdtar: "libarchive-tools",
  rpmbuild: "rpm",
  tmux: "tmux",
  bash: "bash",
  /** What loads completions on demand. */
  "bash-completion": "bash-completion",
  zsh: "zsh",
  fish: "fish",
  script: "bsdutils",
  man: "man-db",
  groff: "groff-base",
  mandoc: "mandoc",
  npm: "npm",
  git: "git",
  /** The Python of the system. */
  python3: "python3",
  setpriv: "util-linux",
  prlimit: "util-linux",
  foot: "foot",
  xterm: "xterm",
  wtype: "wtype",
  xdotool: "xdotool",
  swaybar: "sway",
  waybar: "waybar",
  grim: "grim",
  bwrap: "bubblewrap",
  /** Python's and Perl's libraries for the IPC, for the Python and the Perl of the system. */
  i3ipc: "python3-i3ipc",
  "AnyEvent::I3": "libanyevent-i3-perl",
  py3status: "py3status",
  polybar: "polybar",
  unshare: "util-linux",
  nsenter: "util-linux",
  systemctl: "systemd",
  busctl: "systemd",
  "systemd-analyze": "systemd",
  "nix-instantiate": "nix-bin",
  /** The program of the user manager. */
  systemd: "systemd",
  journald: "systemd",
  /** The session bus, with the units that start it. */
  "dbus-daemon": "dbus-user-session",
  /** Python's client of Prometheus, for the Python of the system. */
  prometheus_client: "python3-prometheus-client",
  "prometheus-node-exporter": "prometheus-node-exporter",
  prometheus: "prometheus",
  promtool: "prometheus",
  icinga2: "icinga2-bin",
  "victoria-metrics": "victoria-metrics",
  nagios4: "nagios4-core",
  /** The version whose replies and output are written down here; others have other keys and other words. */
  "sway 1.7": "sway=1.7*",
  /** The Node of this test run, executable by the test uid: an nvm below `/root` it can not enter. */
  node: "nodejs",
} as const

/** What an interactive bash reads in Debian, if its user or the administrator wants that. */
export const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"

/** What no package brings, and what does. */
const conditions = {
  /** A `systemd --user` of the test uid, with a mount namespace and a cgroup. */
  "user session": "run the tests as root, where unshare --mount works and /sys/fs/cgroup is writable",
} as const

/** What a test can ask for: a program, or something the machine has to allow. */
export type Tool = keyof typeof packages | keyof typeof conditions

/** What startSway and startI3 run. */
export const swayTools: ReadonlyArray<Tool> = ["setpriv", "sway", "swaymsg"]
export const i3Tools: ReadonlyArray<Tool> = ["setpriv", "i3", "i3-msg", "Xvfb"]

/** What startUserSession runs. */
export const sessionTools: ReadonlyArray<Tool> = [
  "setpriv",
  "unshare",
  "nsenter",
  "systemd",
  "systemctl",
  "journald",
  "dbus-daemon",
  "user session",
]

const { PATH = "", CI } = process.env

const isInstalled = (tool: Tool) =>
  [...PATH.split(path.delimiter), "/usr/sbin"].some(directory => fs.existsSync(path.join(directory, tool)))

const nodeIsReachable = () => {
  const ids = [`--reuid=${TEST_UID}`, `--regid=${TEST_GID}`, "--clear-groups"]
  return !runsAsRoot || spawnSync("setpriv", [...ids, process.execPath, "-e", "0"], { cwd: "/" }).status === 0
}

/** Debian has the programs that are not for a shell below one of these. */
const isBelowLib = (file: string) => ["/lib", "/usr/lib"].some(directory => fs.existsSync(path.join(directory, file)))

const sessionIsPossible = () =>
  runsAsRoot &&
  cgroupsAreWritable() &&
  spawnSync("unshare", ["--mount", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/run"]).status === 0

const isThere = (tool: Tool) => {
  if (tool === "node") return nodeIsReachable()
  if (tool === "systemd") return isBelowLib("systemd/systemd")
  if (tool === "journald") return isBelowLib("systemd/systemd-journald")
  if (tool === "dbus-daemon") return isInstalled(tool) && isBelowLib("systemd/user/dbus.socket")
  if (tool === "bash-completion") return fs.existsSync(BASH_COMPLETION)
  if (tool === "python3") return fs.existsSync("/usr/bin/python3")
  if (tool === "prometheus_client")
    return spawnSync("/usr/bin/python3", ["-c", "import prometheus_client.openmetrics.parser"]).status === 0
  if (tool === "i3ipc") return spawnSync("/usr/bin/python3", ["-c", "import i3ipc"]).status === 0
  if (tool === "AnyEvent::I3") return spawnSync("/usr/bin/perl", ["-MAnyEvent::I3", "-e", "0"]).status === 0
  if (tool === "user session") return sessionIsPossible()
  if (tool === "sway 1.7")
    return /^sway version 1\.7\b/.test(spawnSync("sway", ["--version"], { encoding: "utf8" }).stdout)
  return isInstalled(tool)
}

/** The tools that are not there. */
export const missing = (tools: ReadonlyArray<Tool>): ReadonlyArray<Tool> => tools.filter(tool => !isThere(tool))

/** Skips a running test that turns out not to be possible here; with `CI` set it fails instead. */
export const cannotRun = (context: TestContext, need: string): void => {
  assert.isUndefined(CI, `CI must not skip: ${need}`)
  context.skip(need)
}

const isCondition = (tool: Tool): tool is keyof typeof conditions => tool in conditions

/** True where a tool takes root and the test run is not root's: its tests are not selected then. */
const takesRoot = (tool: Tool): boolean => tool === "user session" && !runsAsRoot

/** What to do about them: a line that installs, and what installing does not do. */
const remedy = (absent: ReadonlyArray<Tool>) => {
  const names = new Set(absent.flatMap(tool => (isCondition(tool) ? [] : [packages[tool]])))
  const install = names.size === 0 ? [] : [`apt-get install ${[...names].join(" ")}`]
  return [...install, ...absent.flatMap(tool => (isCondition(tool) ? [conditions[tool]] : []))].join("; ")
}

/**
 * `describe`, for tests of real programs. Where one is missing, the tests are skipped under a title with the line that
 * installs it; with `CI` set they fail instead, so that no green run has left them out. Tests that take root are not
 * selected for an ordinary user; a file that has no others is named `*.root.test.ts`, and not read for one.
 */
export const describeWith = (tools: ReadonlyArray<Tool>, title: string, body: () => void): void => {
  if (tools.some(takesRoot)) return
  const absent = missing(tools)
  if (absent.length === 0) return void describe(title, body)
  const line = remedy(absent)
  if (!CI) return void describe.skip(`${title} (needs: ${line})`, body)
  describe(title, () => {
    test(`can run: ${line}`, () => {
      assert.fail(`${absent.join(", ")} not found, and CI must not skip: ${line}`)
    })
  })
}
