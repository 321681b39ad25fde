/** Restricted sockets of the relay and real programs: attempts to run a program, Waybar with clicks, and a container. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeUnbounded } from "../../src/layers/ipc/Frame.ts"
import { requestTypes } from "../../src/layers/ipc/Message.ts"
import { textOf } from "../../src/layers/system/rawText.ts"
import { restrictedSocketIn } from "../../src/layers/system/relayPaths.ts"
import { bypassAttempts } from "../layers/support/bypassAttempts.ts"
import { type Compositor, startI3, startSway, startXvfb } from "../support/Desktop.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { takePicture } from "../support/picture.ts"
import { connect, request } from "../support/rawIpc.ts"
import { startRelay, swaymsg } from "../support/relay.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, publish } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const config = `
[relay.sockets.bar]
preset = "bar"
[relay.sockets.read-only]
preset = "read-only"
[relay.sockets.names]
commands = ["nop from *", "workspace * *"]
`

const notAllowed = "i3pm: not allowed on this socket"

/** Makes all attempts on restricted sockets. Fails if one is not refused, or if one has run a program. */
const attemptAll = (compositor: Compositor, runtimeDir: string) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const [witness, last] = [`${directory}/witness`, `${directory}/last`]
    const attempt = (socket: string, what: string, payload: Buffer) =>
      Effect.gen(function* () {
        const client = yield* connect(restrictedSocketIn(runtimeDir, socket))
        yield* client.write(encodeUnbounded(requestTypes.command, textOf(payload)))
        const reply = (yield* client.replies.take).payload.toString("utf8")
        const errors = [...reply.matchAll(/"error": ?"([^"]*)"/g)].map(([, error]) => error)
        assert.isNotEmpty(errors, `${what}: ${reply}`)
        assert.isTrue(
          errors.every(error => error === notAllowed),
          `${what}: ${reply}`,
        )
        assert.notMatch(reply, /"success": ?true/, what)
      }).pipe(Effect.scoped)
    for (const [what, payload] of bypassAttempts(`touch ${witness}`, "workspace next")) {
      yield* attempt("bar", what, payload)
    }
    for (const command of ["nop from", "workspace 5"]) {
      yield* attempt("names", "a comma in quotes", Buffer.from(`${command} "a, exec touch ${witness}"`))
    }
    // The same command on the compositor's own socket does run a program, and everything before it is over then.
    yield* request(compositor.socketPath, "command", `exec touch ${last}`)
    yield* eventually(
      Effect.sync(() => fs.existsSync(last)),
      is => is,
    )
    assert.isFalse(fs.existsSync(witness))
  })

const waybarConfig = {
  position: "bottom",
  "modules-left": ["sway/workspaces"],
  "sway/workspaces": { "all-outputs": true },
}

/** The colours of the button of a workspace that has the focus, and of one that has not. */
const FOCUSED = "#10ff20"
const OTHER = "#ff1020"

const waybarStyle = `
* { font-family: DejaVu Sans; font-size: 13px; transition: none; background: none; border: none; border-radius: 0; color: black; }
#workspaces button { background: ${OTHER}; }
#workspaces button.focused { background: ${FOCUSED}; }
`

const focusedOn = (socketPath: string) =>
  Effect.map(
    request(socketPath, "get_workspaces"),
    workspaces =>
      (workspaces as unknown as ReadonlyArray<{ name: string; focused: boolean }>).find(({ focused }) => focused)?.name,
  )

describeWith([...swayTools, "node"], "restricted sockets beside sway", () => {
  it.scopedLive("refuse every attempt to run a program", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const sway = yield* startSway({ runtimeDir })
      yield* startRelay(runtimeDir, { config })
      yield* attemptAll(sway, runtimeDir)
    }),
  )
})

describeWith([...i3Tools, "node"], "restricted sockets beside i3", () => {
  it.scopedLive("refuse every attempt to run a program", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const i3 = yield* startI3({ runtimeDir })
      yield* startRelay(runtimeDir, { config })
      yield* attemptAll(i3, runtimeDir)
    }),
  )
})

describeWith([...swayTools, "node", "bwrap"], "a container that sees only its own socket", () => {
  it.scopedLive("reads, and runs no program", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const witness = `${yield* makeScratchDir}/witness`
      yield* startSway({ runtimeDir })
      yield* startRelay(runtimeDir, { config })
      const own = restrictedSocketIn(runtimeDir, "read-only").replace("/relay.sock", "")
      const inside = (...command: ReadonlyArray<string>) =>
        runAs(
          "bwrap",
          [
            ...["--unshare-all", "--ro-bind", "/usr", "/usr", "--dev", "/dev", "--proc", "/proc"],
            ...["--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"],
            ...["--bind", own, "/run/i3pm", "--clearenv", "--setenv", "SWAYSOCK", "/run/i3pm/relay.sock"],
            ...["--setenv", "PATH", "/usr/bin", ...command],
          ],
          { runtimeDir },
        )
      const tree = yield* inside("swaymsg", "-t", "get_tree")
      assert.strictEqual(tree.code, 0, tree.stderr)
      assert.include(tree.stdout, "HEADLESS-1")
      const subscribed = yield* inside("swaymsg", "-t", "subscribe", '["tick"]')
      assert.strictEqual(subscribed.code, 2, "the preset has no ticks")
      const exec = yield* inside("swaymsg", `exec touch ${witness}`)
      assert.strictEqual(exec.code, 2)
      assert.include(exec.stdout + exec.stderr, notAllowed)
      const found = yield* inside("find", "/", "-xdev", "-type", "s")
      assert.strictEqual(found.stdout, "")
      assert.strictEqual((yield* inside("find", "/run", "-type", "s")).stdout, "/run/i3pm/relay.sock\n")
      assert.isFalse(fs.existsSync(witness))
    }),
  )
})

describeWith([...swayTools, "node", "Xvfb", "foot", "waybar", "grim"], "Waybar on a socket with the preset bar", () => {
  it.scopedLive(
    "shows workspaces, and changes them with a click",
    () =>
      Effect.gen(function* () {
        const [runtimeDir, shownIn] = [yield* makeRuntimeDir, yield* makeRuntimeDir]
        // Headless sway has no pointer; in a window of an X server it has one.
        const screen = yield* startSway({
          runtimeDir: shownIn,
          config: "xwayland disable\n",
          env: { WLR_BACKENDS: "x11", DISPLAY: yield* startXvfb(shownIn) },
        })
        const sway = yield* startSway({ runtimeDir })
        const relay = yield* startRelay(runtimeDir, { config })
        yield* swaymsg(runtimeDir, sway.socketPath, "exec", "foot")
        yield* eventually(request(sway.socketPath, "get_tree"), tree => JSON.stringify(tree).includes('"pid"'))
        yield* swaymsg(runtimeDir, sway.socketPath, "workspace", "two")
        const directory = yield* makeScratchDir
        const waybar = yield* spawnAs(
          "waybar",
          [
            ...["-c", publish(directory, "config.json", JSON.stringify(waybarConfig))],
            ...["-s", publish(directory, "style.css", waybarStyle)],
          ],
          {
            runtimeDir,
            env: { SWAYSOCK: restrictedSocketIn(runtimeDir, "bar"), WAYLAND_DISPLAY: `${shownIn}/wayland-1` },
          },
        )
        const seen = yield* eventually(
          Effect.map(takePicture(shownIn, "wayland-1"), ({ find }) => ({ other: find(OTHER), focused: find(FOCUSED) })),
          ({ focused, other }) => focused !== undefined && other !== undefined,
        )
        assert.strictEqual(yield* focusedOn(sway.socketPath), "two")
        const { x = 0, y = 0 } = seen.other ?? {}
        for (const action of [`set ${x + 5} ${y + 5}`, "press button1", "release button1"]) {
          yield* swaymsg(shownIn, screen.socketPath, "seat", "-", "cursor", action)
        }
        yield* eventually(focusedOn(sway.socketPath), name => name === "1")
        assert.isFalse(waybar.isGone())
        assert.notInclude(relay.stderr.text(), "refused", "Waybar needs nothing that the preset lacks")
      }),
    60_000,
  )
})
