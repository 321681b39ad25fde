/**
 * The indicator as a person sees it: a real sway with swaybar above and waybar below, each with the snippet that i3pm ships,
 * while a second sway is stopped and continued that the daemon is told to watch. Pictures are kept in `.artifacts/`.
 */

import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { colours } from "../../src/programs/cli/formats/look.ts"
import { startSway } from "../support/Desktop.ts"
import { health, startDaemon } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { keepPicture, takePicture } from "../support/picture.ts"
import { spawnAs } from "../support/Spawn.ts"
import {
  makeRuntimeDir,
  makeScratchDir,
  publish,
  runsAsRoot,
  stageBundle,
  TEST_GID,
  TEST_UID,
} from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const snippet = (name: string) =>
  fs.readFileSync(fileURLToPath(new URL(`../../docs/snippets/${name}`, import.meta.url)), "utf8")

/** JSON with whole lines of comment, as the snippet has them. */
const parseJsonc = (text: string): object => JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ""))

/** A directory with a command `i3pm` in it, as the snippets call it. */
const stageCommand = Effect.gen(function* () {
  const entry = yield* stageBundle
  const directory = yield* makeScratchDir
  fs.writeFileSync(`${directory}/i3pm`, `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`, { mode: 0o755 })
  if (runsAsRoot) fs.chownSync(`${directory}/i3pm`, TEST_UID, TEST_GID)
  const { PATH } = process.env
  return { entry, env: { PATH: `${directory}:${PATH}` } }
})

/** Little more than the bars, for a picture that a page has room for. */
const SMALL = "xwayland disable\noutput HEADLESS-1 resolution 640x120\n"

/** Rows of the screen that belong to a bar, and more: the rest of the screen is empty and grey. */
const BAR = 40

describeWith([...swayTools, "node", "swaybar", "waybar", "grim"], "the indicator in swaybar and waybar", () => {
  it.scopedLive(
    "is healthy, stale while the watched sway is stopped, and healthy again",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const { entry, env } = yield* stageCommand
        const config = yield* makeScratchDir
        const watched = yield* startSway({ runtimeDir })
        yield* startDaemon(entry, { runtimeDir, env: { I3PM_PROBE_INTERVAL: "200ms" } }, [
          "--socket",
          watched.socketPath,
        ])
        yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")

        yield* startSway({ runtimeDir, config: `${SMALL}${snippet("swaybar.conf")}`, env })
        // The second to come has the second name.
        const display = "wayland-2"
        yield* eventually(
          Effect.sync(() => fs.existsSync(`${runtimeDir}/${display}`)),
          there => there,
        )
        const modules = { position: "bottom", "modules-right": ["custom/i3pm"], ...parseJsonc(snippet("waybar.jsonc")) }
        const style = `* { font-family: DejaVu Sans; font-size: 13px; }\n${snippet("waybar.css")}`
        yield* spawnAs(
          "waybar",
          [
            ...["-c", publish(config, "config.json", JSON.stringify(modules))],
            ...["-s", publish(config, "style.css", style)],
          ],
          { runtimeDir, env: { ...env, WAYLAND_DISPLAY: display } },
        )

        const until = (state: keyof typeof colours) =>
          eventually(
            Effect.map(takePicture(runtimeDir, display), ({ count, height }) => ({
              swaybar: count(colours[state], 0, BAR),
              waybar: count(colours[state], height - BAR, height),
            })),
            pixels => pixels.swaybar > 0 && pixels.waybar > 0,
          )
        const waitFor = (state: "healthy" | "stale", name: string) =>
          Effect.gen(function* () {
            yield* eventually(health(runtimeDir), ({ status }) => status === state)
            const since = performance.now()
            const pixels = yield* until(state)
            const took = Math.round(performance.now() - since)
            yield* keepPicture(runtimeDir, display, name)
            console.log(`${name}: ${pixels.swaybar} + ${pixels.waybar} pixels, both bars ${took} ms after the state`)
          })

        yield* waitFor("healthy", "indicator-1-healthy")
        yield* watched.kill("SIGSTOP")
        yield* waitFor("stale", "indicator-2-stale")
        yield* watched.kill("SIGCONT")
        yield* waitFor("healthy", "indicator-3-healthy-again")
        const last = yield* takePicture(runtimeDir, display)
        assert.strictEqual(last.count(colours.stale, 0, last.height), 0)
      }),
    90_000,
  )
})
