/** Whether the real programs a test needs are there, and what becomes of the test if not. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, type TestContext, test } from "vitest"
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
  setpriv: "util-linux",
  prlimit: "util-linux",
  foot: "foot",
  /** The version whose replies and output are written down here; others have other keys and other words. */
  "sway 1.7": "sway=1.7*",
  /** The Node of this test run, executable by the test uid: an nvm below `/root` it can not enter. */
  node: "nodejs",
} as const

/** A program that a test can ask for. */
export type Tool = keyof typeof packages

/** What startSway and startI3 run. */
export const swayTools: ReadonlyArray<Tool> = ["setpriv", "sway", "swaymsg"]
export const i3Tools: ReadonlyArray<Tool> = ["setpriv", "i3", "i3-msg", "Xvfb"]

const { PATH = "", CI } = process.env

const isInstalled = (tool: Tool) =>
  PATH.split(path.delimiter).some(directory => fs.existsSync(path.join(directory, tool)))

const nodeIsReachable = () => {
  const ids = [`--reuid=${TEST_UID}`, `--regid=${TEST_GID}`, "--clear-groups"]
  return !runsAsRoot || spawnSync("setpriv", [...ids, process.execPath, "-e", "0"], { cwd: "/" }).status === 0
}

const isThere = (tool: Tool) => {
  if (tool === "node") return nodeIsReachable()
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

/**
 * `describe`, for tests of real programs. Where one is missing, the tests are skipped under a title with the line that
 * installs it; with `CI` set they fail instead, so that no green run has left them out.
 */
export const describeWith = (tools: ReadonlyArray<Tool>, title: string, body: () => void): void => {
  const absent = missing(tools)
  if (absent.length === 0) return void describe(title, body)
  const line = `apt-get install ${[...new Set(absent.map(tool => packages[tool]))].join(" ")}`
  if (!CI) return void describe.skip(`${title} (needs: ${line})`, body)
  describe(title, () => {
    test(`can run: ${line}`, () => {
      assert.fail(`${absent.join(", ")} not found, and CI must not skip: ${line}`)
    })
  })
}
