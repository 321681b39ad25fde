/** swaymsg on the relay and swaymsg on sway's own socket: the same output, errors and exit status, byte for byte. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { startRelay, swaymsg } from "../support/relay.ts"
import { spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const queries = [
  "get_version",
  "get_workspaces",
  "get_outputs",
  "get_tree",
  "get_seats",
  "get_inputs",
  "get_marks",
  "get_bar_config",
  "get_binding_modes",
  "get_binding_state",
  "get_config",
]

/** `-q` prints no reply. Without a flag it is `-p` on a terminal, and `-r` elsewhere. */
const flags = [[], ["-r"], ["-p"], ["-q"]]

const others = [
  ["-t", "get_bar_config", "bar-0"],
  ["-t", "get_bar_config", "no-such-bar"],
  ["nop"],
  ["nop a; nop b"],
  ["no such command"],
  ["nop; no such command; nop"],
  ["mode", "resize"],
  ["mode", "default"],
  ["workspace", "ü ☃"],
  ["exec", "true"],
  [""],
  ["-t", "send_tick", "x"],
  ["-t", "send_tick"],
  ["-t", "subscribe", '["no such event"]'],
  ["-t", "subscribe", '["window", "no such event"]'],
  // Without -m it ends at the first event, which tick has at once.
  ["-t", "subscribe", '["tick"]'],
  ["-t", "subscribe", "not JSON"],
  ["-t", "subscribe", '{"window": true}'],
  ["-m", "-t", "subscribe", '["no such event"]'],
  ["-m", "-t", "get_tree"],
  ["-t", "no such type"],
]

/** Two bars, a mode, a variable and letters that are not ASCII. */
const config = `${swayConfig}set $name ü
mode resize {
  bindsym x nop $name
}
bar {
  id bar-0
  swaybar_command true
}
bar {
  id bar-1
  swaybar_command true
}
`

/** Events that differ only by when the monitor came are not compared: each has a tick of its own at the start. */
const monitored = ["workspace", "mode", "window", "barconfig_update", "binding", "shutdown", "tick", "bar_state_update"]

/** What makes events of most of these kinds. */
const deeds = [
  ["workspace", "two ü"],
  ["mode", "resize"],
  ["mode", "default"],
  ["bar", "bar-0", "mode", "hide"],
  ["rename", "workspace", "to", "a/b"],
  ["workspace", "3"],
  ["-t", "send_tick", 'quotes " and \\ and a\tü'],
  ["reload"],
  ["-t", "send_tick", "last"],
]

describeWith([...swayTools, "node"], "swaymsg on the relay", () => {
  it.scopedLive(
    "says what it says without the relay",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const sway = yield* startSway({ runtimeDir, config })
        const relay = yield* startRelay(runtimeDir)
        const cases = [
          ...queries.flatMap(type => flags.map(flag => [...flag, "-t", type])),
          ...others.flatMap(args => [args, ["-r", ...args]]),
        ]
        for (const args of cases) {
          const direct = yield* swaymsg(runtimeDir, sway.socketPath, ...args)
          const relayed = yield* swaymsg(runtimeDir, relay.path, ...args)
          assert.deepStrictEqual(relayed, direct, args.join(" "))
        }
      }),
    60_000,
  )

  it.scopedLive.each(["-r", "-p"])(
    "monitors the same events (%s)",
    flag =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const sway = yield* startSway({ runtimeDir, config })
        const relay = yield* startRelay(runtimeDir)
        const monitor = (path: string) =>
          Effect.gen(function* () {
            const running = yield* spawnAs(
              "swaymsg",
              ["-s", path, flag, "-m", "-t", "subscribe", JSON.stringify(monitored)],
              { runtimeDir },
            )
            yield* eventually(Effect.sync(running.stdout.text), text => text.includes("first"))
            return running
          })
        const monitors = [yield* monitor(sway.socketPath), yield* monitor(relay.path)] as const
        for (const deed of deeds) yield* swaymsg(runtimeDir, relay.path, ...deed)
        for (const { stdout } of monitors) yield* eventually(Effect.sync(stdout.text), text => text.includes('"last"'))
        const [direct, relayed] = monitors
        assert.strictEqual(relayed.stdout.text(), direct.stdout.text())
        assert.strictEqual(relayed.stderr.text(), direct.stderr.text())
        assert.deepStrictEqual([relayed.isGone(), direct.isGone()], [false, false])
        for (const kind of ["resize", "hide", "a\\/b", "reload"]) assert.include(relayed.stdout.text(), kind)
      }),
    60_000,
  )
})
