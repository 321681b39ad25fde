/**
 * Programs as people run them, on the relay, while sway is killed and started again ten times: each goes on in its one process, sees
 * the new state and acts on it. The two bars are shown by a second sway, and read from its picture.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { keepPicture, takePicture } from "../support/picture.ts"
import { request } from "../support/rawIpc.ts"
import { restartable, startRelay, swaymsg } from "../support/relay.ts"
import { startScripts, talkers, tile, untilPrinted, untilSeenByAll } from "../support/relayClients.ts"
import { spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, publish } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const ROUNDS = 10

/** The colours of one round: in swaybar of the workspace with the focus, and of another one; in Waybar of its two workspaces. */
const colours = (round: number) => {
  const digits = (0x10 + round * 8).toString(16)
  return { focused: `#${digits}ff00`, other: `#${digits}00ff`, first: `#ff00${digits}`, second: `#ff${digits}00` }
}

/** sway's first workspace is the first one that a key leads to. */
const configOf = (round: number) => `${swayConfig}
bindsym F1 workspace first-${round}
bar {
  id bar-0
  swaybar_command true
  tray_output none
  position top
  colors {
    focused_workspace ${colours(round).focused} ${colours(round).focused} #000000
    inactive_workspace ${colours(round).other} ${colours(round).other} #000000
  }
}
`

const waybarConfig = {
  position: "bottom",
  "modules-left": ["sway/workspaces", "sway/mode"],
  "modules-right": ["sway/window"],
  "sway/workspaces": { "all-outputs": true },
}

const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => round)

const waybarStyle = [
  "* { font-family: DejaVu Sans; font-size: 13px; transition: none; background: none; border: none; }",
  ...rounds.flatMap(round => [
    `#workspaces #sway-workspace-first-${round} { background: ${colours(round).first}; }`,
    `#workspaces #sway-workspace-second-${round} { background: ${colours(round).second}; }`,
  ]),
].join("\n")

/** Starts the clients without a window. Their environment names the relay and nothing else. */
const startClients = (runtimeDir: string, through: string, display: string) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const start = (command: string, args: ReadonlyArray<string>) =>
      spawnAs(command, args, { runtimeDir, env: { SWAYSOCK: through, I3SOCK: through, WAYLAND_DISPLAY: display } })
    return {
      swaymsg: yield* start("swaymsg", ["-m", "-t", "subscribe", '["workspace","tick"]']),
      ...(yield* startScripts(start, "sway")),
      swaybar: yield* start("swaybar", ["-b", "bar-0", "-s", through]),
      waybar: yield* start("waybar", [
        ...["-c", publish(directory, "waybar.json", JSON.stringify(waybarConfig))],
        ...["-s", publish(directory, "waybar.css", waybarStyle)],
      ]),
    }
  })

describeWith(
  [...swayTools, "node", "foot", "grim", "swaybar", "waybar", "i3ipc", "AnyEvent::I3", "py3status"],
  "clients on the relay",
  () => {
    it.scopedLive(
      "go on, see the new state and act on it, when sway is killed and started again ten times",
      () =>
        Effect.gen(function* () {
          const [runtimeDir, shownIn] = [yield* makeRuntimeDir, yield* makeRuntimeDir]
          yield* startSway({ runtimeDir: shownIn, config: "xwayland disable\noutput HEADLESS-1 resolution 640x120\n" })
          let round = 0
          const sway = yield* restartable(Effect.suspend(() => startSway({ runtimeDir, config: configOf(round) })))
          const { path: through } = yield* startRelay(runtimeDir)
          const clients = yield* startClients(runtimeDir, through, `${shownIn}/wayland-1`)
          yield* untilPrinted(clients.swaymsg, '"first": true')

          const untilShown = (colours: ReadonlyArray<string>) =>
            eventually(
              Effect.map(takePicture(shownIn, "wayland-1"), ({ count, height }) =>
                colours.map(colour => count(colour, 0, height)),
              ),
              counts => counts.every(count => count > 0),
            )

          for (round of rounds) {
            const { first, focused, other, second } = colours(round)
            if (round > 0) {
              yield* sway.restart
              yield* untilSeenByAll(clients, `first-${round}`)
              yield* untilShown([focused, first])
            }
            yield* tile(`${round}-`, {
              open: title => swaymsg(runtimeDir, through, "exec", `foot --title=${title} cat`),
              tree: Effect.suspend(() => request(sway.present().socketPath, "get_tree")),
              titles: clients.py3status,
            })
            yield* swaymsg(runtimeDir, through, "workspace", `second-${round}`)
            const both = `first-${round} second-${round}`
            yield* untilSeenByAll(clients, both)
            for (const name of talkers) yield* untilPrinted(clients.swaymsg, `"payload": "${name} saw ${both}"`)
            yield* untilShown([focused, other, first, second])
          }
          keepPicture(yield* takePicture(shownIn, "wayland-1"), "relay-clients")
          for (const [name, client] of Object.entries(clients)) assert.isFalse(client.isGone(), name)
        }),
      120_000,
    )
  },
)
