/**
 * Programs as people run them, on the relay, while i3 is killed, and restarted in place: each goes on in its one process, sees the new
 * state and acts on it. i3bar and polybar are read from the screen.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { i3Config, startI3, startXvfb } from "../support/Desktop.ts"
import { describeWith, i3Tools } from "../support/needs.ts"
import { readFramebuffer } from "../support/picture.ts"
import { request } from "../support/rawIpc.ts"
import { restartable, startRelay } from "../support/relay.ts"
import { sightings, startScripts, talkers, tile, untilPrinted, untilSeenByAll } from "../support/relayClients.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, publish } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const ROUNDS = 10

/** The colours of one round: in i3bar of the workspace with the focus, and of another one; in polybar of the three workspaces. */
const colours = (round: number) => {
  const digits = (0x10 + round * 8).toString(16)
  return {
    focused: `#${digits}ff00`,
    other: `#${digits}00ff`,
    first: `#ff00${digits}`,
    second: `#ff${digits}00`,
    third: `#00${digits}ff`,
  }
}

/** i3's first workspace is the first one that a key leads to. */
const configOf = (round: number) => `${i3Config}
bindsym F1 workspace first-${round}
bar {
  id bar-0
  i3bar_command true
  tray_output none
  position top
  colors {
    focused_workspace ${colours(round).focused} ${colours(round).focused} #000000
    inactive_workspace ${colours(round).other} ${colours(round).other} #000000
  }
}
`

const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => round)

const icons = rounds.flatMap(round => {
  const { first, second, third } = colours(round)
  return Object.entries({ first, second, third }).map(([name, colour]) => `${name}-${round};%{B${colour}}${name}%{B-}`)
})

const polybarConfig = `
[bar/relay]
bottom = true
height = 20
font-0 = DejaVu Sans
modules-left = i3
[module/i3]
type = internal/i3
label-focused = %icon%
label-unfocused = %icon%
${icons.map((icon, index) => `ws-icon-${index} = ${icon}`).join("\n")}
`

/** Starts the clients. Their environment names the relay; polybar asks `i3 --get-socketpath`, which tells i3's own otherwise. */
const startClients = (runtimeDir: string, through: string, display: string) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    publish(directory, "i3", `#!/bin/sh\necho ${through}\n`, 0o755)
    const { PATH } = process.env
    const env = { I3SOCK: through, SWAYSOCK: through, DISPLAY: display }
    const start = (command: string, args: ReadonlyArray<string>) => spawnAs(command, args, { runtimeDir, env })
    const polybar = ["-c", publish(directory, "polybar.ini", polybarConfig), "relay"]
    return {
      i3msg: yield* start("i3-msg", ["-m", "-t", "subscribe", '["workspace","tick"]']),
      ...(yield* startScripts(start, "i3")),
      i3bar: yield* start("i3bar", ["--bar_id=bar-0", "-s", through]),
      polybar: yield* spawnAs("polybar", polybar, { runtimeDir, env: { ...env, PATH: `${directory}:${PATH}` } }),
    }
  })

describeWith(
  [...i3Tools, "node", "xterm", "i3ipc", "AnyEvent::I3", "py3status", "polybar"],
  "clients of i3 on the relay",
  () => {
    it.scopedLive(
      "go on, see the new state and act on it, when i3 is killed and restarted ten times",
      () =>
        Effect.gen(function* () {
          const runtimeDir = yield* makeRuntimeDir
          const display = yield* startXvfb(runtimeDir)
          let round = 0
          const i3 = yield* restartable(Effect.suspend(() => startI3({ runtimeDir, display, config: configOf(round) })))
          const { path: through } = yield* startRelay(runtimeDir)
          const clients = yield* startClients(runtimeDir, through, display)
          const i3msg = (...args: ReadonlyArray<string>) => runAs("i3-msg", ["-s", through, ...args], { runtimeDir })
          yield* untilPrinted(clients.i3msg, '"first":true')

          const untilShown = (wanted: ReadonlyArray<string>) =>
            eventually(
              Effect.sync(() => readFramebuffer(`${runtimeDir}/Xvfb_screen0`)).pipe(
                Effect.map(({ count, height }) => wanted.map(colour => count(colour, 0, height))),
              ),
              counts => counts.every(count => count > 0),
            )

          for (round of rounds) {
            const { first, focused, other, second, third } = colours(round)
            if (round > 0) {
              yield* i3.restart
              yield* untilSeenByAll(clients, `first-${round}`)
              yield* untilShown([focused, first])
            }
            yield* tile(`${round}-`, {
              open: title => i3msg("exec", `xterm -T ${title} -e cat`),
              tree: Effect.suspend(() => request(i3.present().socketPath, "get_tree")),
              titles: clients.py3status,
            })
            yield* i3msg("workspace", `second-${round}`)
            const both = `first-${round} second-${round}`
            yield* untilSeenByAll(clients, both)
            for (const name of talkers) yield* untilPrinted(clients.i3msg, `"payload":"${name} saw ${both}"`)
            yield* untilShown([focused, other, first, second])

            const before = sightings(clients, both)
            assert.strictEqual((yield* i3msg("restart")).code, 0)
            yield* untilSeenByAll(clients, both, before)
            yield* i3msg("workspace", `third-${round}`)
            yield* untilSeenByAll(clients, `first-${round} third-${round}`)
            yield* untilShown([focused, other, first, third])
            yield* i3msg('[class="XTerm"] kill')
            yield* untilSeenByAll(clients, `third-${round}`)
          }
          for (const [name, client] of Object.entries(clients)) assert.isFalse(client.isGone(), name)
        }),
      120_000,
    )
  },
)
