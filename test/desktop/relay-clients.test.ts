/**
 * Programs as people run them, on the relay, while sway is killed and started again ten times: each goes on in its one process, sees
 * the new state and acts on it. The two bars are shown by a second sway, and read from its picture.
 */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { childrenOf, isNode } from "../../src/layers/relay/workspaces.ts"
import { startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { keepPicture, takePicture } from "../support/picture.ts"
import { request } from "../support/rawIpc.ts"
import { restartable, startRelay, swaymsg } from "../support/relay.ts"
import { type Running, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageFile } from "../support/TestUser.ts"
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

const support = (name: string) => fileURLToPath(new URL(`../support/relay-clients/${name}`, import.meta.url))

/** Starts the clients without a window. Their environment names the relay and nothing else. */
const startClients = (runtimeDir: string, through: string, display: string) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const publish = (name: string, text: string) => {
      fs.writeFileSync(`${directory}/${name}`, text, { mode: 0o644 })
      return `${directory}/${name}`
    }
    const start = (command: string, args: ReadonlyArray<string>) =>
      spawnAs(command, args, { runtimeDir, env: { SWAYSOCK: through, I3SOCK: through, WAYLAND_DISPLAY: display } })
    const script = (interpreter: string, name: string) =>
      Effect.flatMap(stageFile(support(name)), file => start(interpreter, [file]))
    return {
      swaymsg: yield* start("swaymsg", ["-m", "-t", "subscribe", '["workspace","tick"]']),
      sync: yield* script("/usr/bin/python3", "sync.py"),
      aio: yield* script("/usr/bin/python3", "aio.py"),
      autotiler: yield* script("/usr/bin/python3", "autotiler.py"),
      perl: yield* script("/usr/bin/perl", "anyevent.pl"),
      py3status: yield* start("py3status", ["-s", "-m", "-c", publish("py3status.conf", 'order = "window"\n')]),
      swaybar: yield* start("swaybar", ["-b", "bar-0", "-s", through]),
      waybar: yield* start("waybar", [
        ...["-c", publish("waybar.json", JSON.stringify(waybarConfig))],
        ...["-s", publish("waybar.css", waybarStyle)],
      ]),
    }
  })

/** The tree as nested lists of layouts and window titles: `splith(a splitv(b c))`. */
const shapeOf = (node: unknown): string => {
  if (!isNode(node)) return ""
  const { layout, name, pid } = node
  return typeof pid === "number" ? String(name) : `${String(layout)}(${childrenOf(node).map(shapeOf).join(" ")})`
}

/** The windows of a round, and what the autotiler has made of the tree once each is there. */
const windows = [
  ["a", "splith(a)"],
  ["b", "splith(a splitv(b))"],
  ["c", "splith(a splitv(b splith(c)))"],
] as const

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
          const until = (client: Running, part: string) =>
            eventually(Effect.sync(client.stdout.text), text => text.includes(part))
          yield* until(clients.swaymsg, '"first": true')

          const untilSaid = (names: string) =>
            Effect.forEach(["sync", "aio", "perl"], name => until(clients.swaymsg, `"payload": "${name} saw ${names}"`))
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
              yield* untilSaid(`first-${round}`)
              yield* untilShown([focused, first])
            }
            for (const [name, shape] of windows) {
              const title = `${round}-${name}`
              yield* swaymsg(runtimeDir, through, "exec", `foot --title=${title} cat`)
              yield* eventually(Effect.map(request(sway.present().socketPath, "get_tree"), shapeOf), seen =>
                seen.replaceAll(`${round}-`, "").includes(shape),
              )
              yield* until(clients.py3status, title)
            }
            yield* swaymsg(runtimeDir, through, "workspace", `second-${round}`)
            yield* untilSaid(`first-${round} second-${round}`)
            yield* untilShown([focused, other, first, second])
          }
          yield* keepPicture(shownIn, "wayland-1", "relay-clients")
          for (const [name, client] of Object.entries(clients)) assert.isFalse(client.isGone(), name)
        }),
      120_000,
    )
  },
)
