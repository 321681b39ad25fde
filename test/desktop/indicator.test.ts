/**
 * The indicator as a person sees it: a real sway with swaybar and waybar, while a second sway, which the daemon is told to watch, is
 * stopped and killed. Pictures are kept; `npm run pictures` makes those in `docs/` with this.
 */

import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Step } from "../../src/programs/cli/bar/Advice.ts"
import { colours } from "../../src/programs/cli/formats/look.ts"
import { applied } from "../support/barSteps.ts"
import { startSway } from "../support/Desktop.ts"
import { health, startDaemon } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { keepPicture, type Picture, stacked, takePicture } from "../support/picture.ts"
import { type Running, runAs, spawnAs } from "../support/Spawn.ts"
import { type HarnessError, makeRuntimeDir, makeScratchDir, publish, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const snippet = (name: string) =>
  fs.readFileSync(fileURLToPath(new URL(`../../docs/snippets/${name}`, import.meta.url)), "utf8")

/** The second sway that starts has the second name. */
const DISPLAY = "wayland-2"

/** Little more than the bars and a window, for a picture that a page has room for. */
const SCREEN = "xwayland disable\noutput HEADLESS-1 resolution 800x240\ndefault_border none\n"

/** Rows at the top of the screen that can belong to waybar, and at the bottom that can belong to swaybar. */
const BAR = 40

/** Rows of the bars with DejaVu's fonts. */
const WAYBAR = 30
const SWAYBAR = 23

type State = keyof typeof colours

/** A screen with a terminal of the user, and a daemon that watches another sway. */
interface Screen {
  readonly watched: Running
  readonly daemon: Running
  /** Where the user's configurations are. */
  readonly home: string
  /** Runs a line of the user's shell. */
  readonly shell: (line: string) => Effect.Effect<string, HarnessError>
  /** Starts a program, such as waybar, which reads the user's configuration. */
  readonly start: (line: string) => Effect.Effect<Running, HarnessError, Scope.Scope>
  readonly picture: Effect.Effect<Picture, HarnessError>
}

/** `config` is added to the configuration of the sway on the screen. */
const startScreen = (config: string): Effect.Effect<Screen, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const entry = yield* stageBundle
    const [bin, home] = [yield* makeScratchDir, yield* makeScratchDir]
    fs.chmodSync(publish(bin, "i3pm", `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`), 0o755)
    const { PATH } = process.env
    const env = { PATH: `${bin}:${PATH}`, HOME: home, I3PM_PROBE_INTERVAL: "200ms" }
    const watched = yield* startSway({ runtimeDir })
    const daemon = yield* startDaemon(entry, { runtimeDir, env }, ["--socket", watched.socketPath])
    yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
    const { socketPath } = yield* startSway({ runtimeDir, config: `${SCREEN}${config}`, env })
    yield* eventually(
      Effect.sync(() => fs.existsSync(`${runtimeDir}/${DISPLAY}`)),
      there => there,
    )
    const options = { runtimeDir, env: { ...env, WAYLAND_DISPLAY: DISPLAY, SWAYSOCK: socketPath } }
    return {
      watched,
      daemon,
      home,
      shell: line =>
        Effect.map(runAs("sh", ["-c", line], options), ({ code, stderr, stdout }) => {
          assert.include([0, 1], code, `${line}: ${stderr}`)
          return stdout
        }),
      start: line => spawnAs("sh", ["-c", `exec ${line}`], options),
      picture: takePicture(runtimeDir, DISPLAY),
    }
  })

/** The window that a click opens, and foot's colour of letters. */
const VIEW = "live-view"
const INK = "#dcdccc"

/** Swaybar's own background of an urgent block (sway-bar(5), urgent_workspace). */
const URGENT = "#900000"

/** Waits until both bars show a state. */
const shows = ({ picture }: Screen, state: State): Effect.Effect<Picture, HarnessError> => {
  const below = state === "disconnected" || state === "down" ? URGENT : colours[state]
  return eventually(
    picture,
    ({ count, height }) => count(colours[state], 0, BAR) > 0 && count(below, height - BAR, height) > 0,
  )
}

/** Writes a file of the user, with the directories above it. */
const write = ({ home, shell }: Screen, file: string, text: string) =>
  Effect.gen(function* () {
    yield* shell(`mkdir -p '${path.dirname(file)}' && touch '${file}'`)
    assert.isTrue(file.startsWith(home), file)
    fs.writeFileSync(file, text)
  })

const read = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "")

/** What `i3pm bar waybar` prints. */
interface Answer {
  readonly ok: boolean
  readonly checks: ReadonlyArray<{ readonly id: string; readonly status: string }>
  readonly steps: ReadonlyArray<Step>
}

const advice = (screen: Screen) =>
  Effect.map(screen.shell("i3pm bar waybar --json"), (text): Answer => JSON.parse(text))

/** Does these steps. */
const take = (screen: Screen, steps: ReadonlyArray<Step>) =>
  Effect.forEach(
    steps,
    step =>
      step.file === null
        ? Effect.asVoid(screen.shell(step.text))
        : write(screen, step.file, applied(step, read(step.file))),
    { discard: true },
  )

/** Does what `i3pm bar waybar` says; then nothing is left to do. */
const follow = (screen: Screen) =>
  Effect.gen(function* () {
    const { ok, steps } = yield* advice(screen)
    assert.isFalse(ok)
    yield* take(screen, steps)
    const after = yield* advice(screen)
    assert.deepStrictEqual([after.ok, after.steps], [true, []], JSON.stringify(after.checks))
  })

/** The bar of a picture, by the row where the background of the screen begins. */
const isBar = ({ count, width }: Picture) => {
  const rows = Array.from({ length: BAR }, (_, row) => row)
  const isWhite = (row: number) => count("#ffffff", row, row + 1) > width / 2
  return { white: rows.filter(isWhite).length }
}

describeWith([...swayTools, "node", "swaybar", "waybar", "grim", "foot"], "the indicator in swaybar and waybar", () => {
  it.scopedLive(
    "follows the watched sway, in bars that the snippets make as they are",
    () =>
      Effect.gen(function* () {
        const screen = yield* startScreen(snippet("swaybar.conf").replace("position top", "position bottom"))
        const { daemon, home, watched } = screen
        yield* write(screen, `${home}/.config/waybar/config.jsonc`, snippet("waybar.jsonc"))
        yield* write(screen, `${home}/.config/waybar/style.css`, snippet("waybar.css"))
        yield* screen.start("waybar")
        const healthy = yield* shows(screen, "healthy")
        assert.deepStrictEqual(isBar(healthy), { white: 0 })
        keepPicture(healthy, "indicator-healthy")

        yield* watched.kill("SIGSTOP")
        const stale = yield* shows(screen, "stale")
        keepPicture(stale, "indicator-stale")
        const click = /"on-click": "(.*)"/.exec(snippet("waybar.jsonc"))?.[1] ?? ""
        const view = yield* screen.start(
          `${click} `.replace(/^foot /, `foot --font=monospace:size=9 --app-id=${VIEW} `),
        )
        yield* eventually(screen.shell("swaymsg -t get_tree"), tree => tree.includes(VIEW))
        keepPicture(yield* eventually(screen.picture, ({ count }) => count(INK, BAR, 200) > 500), "live-view")
        yield* view.kill("SIGTERM")
        yield* watched.kill("SIGCONT")
        const again = yield* shows(screen, "healthy")
        assert.strictEqual(again.count(colours.stale, 0, again.height), 0)

        yield* watched.kill("SIGKILL")
        const disconnected = yield* shows(screen, "disconnected")
        keepPicture(disconnected, "indicator-disconnected")
        const bars = [healthy, stale, disconnected].flatMap((picture, index) => [
          { picture, from: 0, to: WAYBAR, gap: index === 0 ? 0 : 12 },
          { picture, from: picture.height - SWAYBAR, to: picture.height, gap: 2 },
        ])
        keepPicture(stacked(bars), "indicator")

        yield* daemon.kill("SIGKILL")
        keepPicture(yield* shows(screen, "down"), "indicator-down")
      }),
    90_000,
  )

  it.scopedLive.each([
    ["none of the user's own", undefined],
    ["an empty one", "{}\n"],
  ])(
    "is in waybar after the steps of i3pm bar waybar, with a configuration: %s",
    ([, config]) =>
      Effect.gen(function* () {
        const screen = yield* startScreen("")
        if (config !== undefined) yield* write(screen, `${screen.home}/.config/waybar/config`, config)
        yield* follow(screen)
        yield* screen.start("waybar")
        const picture = yield* eventually(screen.picture, ({ count }) => count(colours.healthy, 0, BAR) > 0)
        assert.deepStrictEqual(isBar(picture), { white: 0 })
      }),
    90_000,
  )

  it.scopedLive(
    "is not in a waybar that was started before it, until that is restarted as i3pm bar waybar says",
    () =>
      Effect.gen(function* () {
        const screen = yield* startScreen("")
        yield* write(screen, `${screen.home}/.config/waybar/config`, '{ "modules-left": ["sway/workspaces"] }\n')
        const old = yield* screen.start("waybar")
        const isRestart = ({ text }: Step) => text === `kill ${old.pid} && swaymsg exec waybar`
        const { steps } = yield* eventually(advice(screen), each => each.steps.some(isRestart))
        yield* take(
          screen,
          steps.filter(step => !isRestart(step)),
        )
        const left = yield* advice(screen)
        assert.deepStrictEqual([left.ok, left.steps.every(isRestart)], [false, true])
        assert.strictEqual(left.checks.find(({ id }) => id === "running")?.status, "warning")
        yield* take(screen, left.steps)
        yield* eventually(advice(screen), ({ ok }) => ok)
        yield* eventually(screen.picture, ({ count }) => count(colours.healthy, 0, BAR) > 0)
      }),
    90_000,
  )
})
