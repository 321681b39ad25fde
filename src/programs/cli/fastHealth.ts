/**
 * `i3pm diagnose socket-health [--json]` into a pipe, as bars and scripts call it every few seconds.
 *
 * The command tree takes four times as long to load as this question takes to answer, so the plain case is answered with
 * `effect/Micro`, before anything else is loaded. All other cases (a terminal, no daemon, a setting, any other flag) are left
 * to the command tree, so that every message comes from one place. The answer is checked by hand and printed as it came:
 * decoding it with the schema `SocketHealth` would load all of Effect.
 */
import { statSync } from "node:fs"
import * as Micro from "effect/Micro"
import { exchange } from "../../layers/control/exchange.ts"
import { configFileOf } from "../../layers/settings/configFileOf.ts"
import { mayHang } from "../../layers/system/mounts.ts"
import { jsonOf, REPLACEMENT } from "../../layers/system/rawText.ts"
import { controlSocketPathIn, runtimeDirOf } from "../../layers/system/runtimeDirOf.ts"

/** Exit status of `diagnose socket-health` for a status: 0 healthy, 1 stale, 2 for disconnected and down. */
export const exitStatusOf = (status: string): number => (status === "healthy" ? 0 : status === "stale" ? 1 : 2)

/** How long the daemon may take to answer, in milliseconds. */
const DAEMON_DEADLINE = 100

/**
 * True if there may be settings: one of i3pm's variables is set, or the settings file exists. A file on a file system that may
 * hang is not looked for and counts as existing: the process would wait in the kernel, where it cannot handle signals.
 */
export const hasSettings = (env: Readonly<Record<string, string | undefined>>): boolean => {
  if (Object.keys(env).some(name => name.startsWith("I3PM_"))) return true
  const file = configFileOf(env["XDG_CONFIG_HOME"], env["HOME"])
  // Its path may not be UTF-8, and then it is not the one that Node has read.
  if (file !== undefined && (file.includes(REPLACEMENT) || mayHang(file))) return true
  try {
    return file !== undefined && statSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

const states: ReadonlyArray<unknown> = ["healthy", "stale", "disconnected"]

const statusIn = (health: unknown): string | undefined =>
  typeof health === "object" &&
  health !== null &&
  "status" in health &&
  typeof health.status === "string" &&
  states.includes(health.status)
    ? health.status
    : undefined

const ask = (path: string) =>
  Micro.async<string, string>(resume => {
    const cancel = exchange(path, '{"type":"get_socket_health"}', DAEMON_DEADLINE, result =>
      resume(result.ok ? Micro.succeed(result.line) : Micro.fail(result.code)),
    )
    return Micro.sync(cancel)
  })

/** The health as JSON and the exit status; fails when the command tree has to take over. */
export const fastHealth = (
  xdgRuntimeDir: string | undefined,
  uid: number,
): Micro.Micro<{ readonly text: string; readonly status: number }, string> =>
  Micro.gen(function* () {
    const runtimeDir = runtimeDirOf(xdgRuntimeDir, uid)
    if (!runtimeDir.ok) return yield* Micro.fail(runtimeDir.reason)
    const line = yield* ask(controlSocketPathIn(runtimeDir.path))
    const health = yield* Micro.try({ try: (): unknown => JSON.parse(line), catch: () => "Malformed" })
    const status = statusIn(health)
    if (status === undefined) return yield* Micro.fail("Malformed")
    return { text: `${jsonOf(health, 2)}\n`, status: exitStatusOf(status) }
  })
