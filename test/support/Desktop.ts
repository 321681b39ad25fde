/**
 * Real compositors without a screen: sway on its headless backend, i3 below Xvfb, each in a runtime directory that only
 * this test has. Nothing of the caller's own session is read or touched.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as timers from "node:timers/promises"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { request } from "./rawIpc.ts"
import { type Running, spawnAs } from "./Spawn.ts"
import { HarnessError, makeScratchDir, runsAsRoot, TEST_GID, TEST_UID } from "./TestUser.ts"

/** A compositor that has answered GET_VERSION on this socket. Killed with its process group at the end of the scope. */
export interface Compositor extends Running {
  readonly socketPath: string
}

export interface SwayOptions {
  readonly runtimeDir: string
  /** The whole configuration file, as text or as bytes; {@link swayConfig} if absent. */
  readonly config?: string | Buffer
  /** Added to the environment. With `SWAYSOCK`, sway is also looked for there. */
  readonly env?: Readonly<Record<string, string>>
  /** How the program is started, {@link spawnAs} if absent. The socket is still looked for in `runtimeDir`. */
  readonly spawn?: typeof spawnAs
}

export interface I3Options {
  readonly runtimeDir: string
  /** The whole configuration file; {@link i3Config} if absent. */
  readonly config?: string
  readonly env?: Readonly<Record<string, string>>
  /** The X server, one of its own if absent. */
  readonly display?: string
}

/** One output of a known size, no bar, no X. */
export const swayConfig = "xwayland disable\noutput HEADLESS-1 resolution 1280x720\n"

/** Without the first line i3 takes the file for one of version 3. */
export const i3Config = "# i3 config file (v4)\nfont pango:monospace 8\n"

/** How long a compositor may take until it answers, in milliseconds: 0.2 s is usual, a busy CI machine is slower. */
const START_LIMIT = 15_000

/** Between two attempts to reach a compositor that starts, in milliseconds. */
const START_INTERVAL = 10

/** How long one attempt may take, in milliseconds. */
const REPLY_LIMIT = 2_000

const writeConfig = (text: string | Buffer) =>
  Effect.map(makeScratchDir, directory => {
    const file = path.join(directory, "config")
    fs.writeFileSync(file, text)
    if (runsAsRoot) fs.chownSync(file, TEST_UID, TEST_GID)
    return file
  })

/** In real time: a test may have put a TestClock in the place of Effect's. */
const wait = (milliseconds: number) => Effect.promise(signal => timers.setTimeout(milliseconds, undefined, { signal }))

const answers = (socketPath: string) =>
  Effect.raceFirst(Effect.isSuccess(request(socketPath, "get_version")), Effect.as(wait(REPLY_LIMIT), false))

/** The first of the paths that answers GET_VERSION. */
const untilAnswered = (name: string, running: Running, paths: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const deadline = performance.now() + START_LIMIT
    for (;;) {
      for (const socketPath of paths.filter(candidate => fs.existsSync(candidate))) {
        if (yield* answers(socketPath)) return socketPath
      }
      if (running.isGone() || performance.now() > deadline) {
        const what = running.isGone() ? "ended before it answered" : `did not answer within ${START_LIMIT} ms`
        return yield* new HarnessError({ message: `${name} ${what}:\n${running.stderr.text()}` })
      }
      yield* wait(START_INTERVAL)
    }
  })

/** Starts headless sway and waits for its first reply. */
export const startSway = (options: SwayOptions): Effect.Effect<Compositor, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const config = yield* writeConfig(options.config ?? swayConfig)
    const { spawn = spawnAs } = options
    const running = yield* spawn("sway", ["-c", config], {
      runtimeDir: options.runtimeDir,
      env: { WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1", ...options.env },
    })
    const own = path.join(options.runtimeDir, `sway-ipc.${TEST_UID}.${running.pid}.sock`)
    const { SWAYSOCK: named } = options.env ?? {}
    const socketPath = yield* untilAnswered("sway", running, named === undefined ? [own] : [own, named])
    return { ...running, socketPath }
  })

/** An X server on a display of its own choice, for clients below i3. What it shows is in `<runtimeDir>/Xvfb_screen0`. */
export const startXvfb = (runtimeDir: string): Effect.Effect<string, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const server = yield* spawnAs(
      "Xvfb",
      ["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1280x720x24", "-fbdir", runtimeDir],
      // Killed at once it would leave its lock and socket in /tmp.
      { runtimeDir, farewell: "SIGTERM" },
    )
    const number = yield* Effect.mapError(
      server.stdout.lines.take,
      () => new HarnessError({ message: `Xvfb ended before it had a display:\n${server.stderr.text()}` }),
    )
    return `:${number}`
  })

/** Starts i3 below an Xvfb of its own and waits for its first reply. `display` is what X clients need. */
export const startI3 = (
  options: I3Options,
): Effect.Effect<Compositor & { readonly display: string }, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const config = yield* writeConfig(options.config ?? i3Config)
    const display = options.display ?? (yield* startXvfb(options.runtimeDir))
    const running = yield* spawnAs("i3", ["-c", config], {
      runtimeDir: options.runtimeDir,
      env: { DISPLAY: display, ...options.env },
    })
    const own = path.join(options.runtimeDir, "i3", `ipc-socket.${running.pid}`)
    const socketPath = yield* untilAnswered("i3", running, [own])
    return { ...running, socketPath, display }
  })
