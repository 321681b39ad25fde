import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ControlClient from "../../layers/ControlClient.ts"
import type { SocketHealth } from "../../layers/health/SocketHealth.ts"
import * as Settings from "../../layers/Settings.ts"
import { exitStatusOf } from "../fastHealth.ts"
import * as flags from "../flags.ts"
import { askDaemon, probeDirectly } from "../health.ts"
import { columns, ExitStatus, note, printResult } from "../output.ts"
import { oneLook } from "../stack.ts"

const orDash = (value: string | number | null) => (value === null ? "-" : String(value))

const table = (health: SocketHealth): string =>
  columns([
    ["status", health.status],
    ["socket", orDash(health.socket_path)],
    [
      "compositor",
      health.compositor === null
        ? "-"
        : `${health.compositor.name} ${health.compositor.version} (pid ${orDash(health.compositor.pid)})`,
    ],
    ["validated", orDash(health.last_validated)],
    ["latency", health.latency_ms === null ? "-" : `${health.latency_ms.toFixed(2)} ms`],
    ["uptime", `${health.uptime_seconds.toFixed(0)} s`],
    ["reconnections", `${health.reconnection_count}${health.reconnecting ? " (reconnecting)" : ""}`],
    ["error", orDash(health.error)],
    ["measured by", health.source],
  ])

/** `i3pm diagnose socket-health`. */
export const socketHealth = Command.make("socket-health", { json: flags.json, socket: flags.socket }, options =>
  Effect.gen(function* () {
    const { socket } = yield* Effect.flatMap(Settings.Settings, ({ current }) => current)
    // Who names a socket wants to know of that one, whichever the daemon has.
    const health = Option.isSome(socket)
      ? yield* probeDirectly
      : yield* askDaemon.pipe(
          Effect.catchAll(error =>
            note(`${error.message}; probed directly instead (start the daemon with: i3pm daemon)`).pipe(
              Effect.zipRight(probeDirectly),
            ),
          ),
        )
    yield* printResult(health, options.json, () => table(health))
    const status = exitStatusOf(health.status)
    if (status !== 0) return yield* new ExitStatus({ status })
  }).pipe(
    Effect.provide(ControlClient.layer.pipe(Layer.provideMerge(oneLook(Settings.layer(flags.toSettings(options)))))),
  ),
).pipe(
  Command.withDescription(
    "Health of the Sway IPC connection: healthy (exit status 0), stale (1) or disconnected (2). " +
      "Asks the daemon; probes directly where none runs. Example: i3pm diagnose socket-health --json | jq -r .status",
  ),
)
