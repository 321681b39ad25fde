/**
 * Writes test/fixtures/: what real sway and i3 reply and announce, one file per request and per kind of event.
 *
 * Not part of the test run. To run it again, at the root of the repository, on Debian 12 for the same versions:
 *
 *     apt-get install --no-install-recommends sway foot wtype i3-wm xvfb xterm xdotool x11-xserver-utils
 *     npx esbuild test/support/capture-fixtures.ts --bundle --platform=node --format=esm --packages=external \
 *       | node --input-type=module -
 *
 * Every event that a step causes is looked at, and the first of its kind kept. Names of machine, user and temporary files
 * are replaced. Ids, and the process ids of windows, are as they came: they differ from run to run.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { i3Config, startI3, startSway, swayConfig } from "./Desktop.ts"
import { type Capture, capture } from "./FixtureCapture.ts"
import { spawnAs } from "./Spawn.ts"
import { type HarnessError, makeRuntimeDir } from "./TestUser.ts"

/** `true` is what draws the bar: it ends at once. */
const config = (barCommand: string) => `
bar {
  id bar-0
  ${barCommand} true
  status_command true
  font pango:monospace 8
}
bindsym Mod4+x nop
mode "resize" {
  bindsym Escape mode "default"
}
`

const replies = ({ reply }: Capture) =>
  Effect.all([
    reply("command", "workspace 1; no_such_command"),
    reply("command", "", "empty"),
    reply("get_workspaces"),
    reply("subscribe", '["window"]'),
    reply("subscribe", '["no_such_event"]', "unknown"),
    reply("get_outputs"),
    reply("get_tree"),
    reply("get_marks"),
    reply("get_bar_config"),
    reply("get_bar_config", "bar-0", "bar-0"),
    reply("get_bar_config", "no-such-bar", "unknown"),
    reply("get_version"),
    reply("get_binding_modes"),
    reply("get_config"),
    reply("send_tick", "a payload"),
    reply("sync", "{}"),
    reply("get_binding_state"),
  ])

/** Workspace 1 with two tiled windows, one of them marked, and a third in the scratchpad, from two that are there. */
const windowSteps = ({ run, until, settle }: Capture, openThird: Effect.Effect<unknown, HarnessError, Scope.Scope>) =>
  Effect.gen(function* () {
    yield* run("mark --add m")
    yield* until("window", "mark")
    yield* run("floating toggle; floating toggle")
    yield* until("window", "floating")
    yield* run("fullscreen toggle; fullscreen toggle")
    yield* until("window", "fullscreen_mode")
    yield* run("move container to workspace 2; workspace 2; workspace 1; [con_mark=m] move container to workspace 1")
    yield* until("window", "move")
    yield* openThird
    yield* until("window", "new")
    yield* run("move scratchpad")
    yield* run("rename workspace 1 to 1:web; rename workspace 1:web to 1; mode resize; mode default")
    yield* run("bar bar-0 mode hide; bar bar-0 mode dock")
    yield* run("bar mode hide bar-0; bar mode dock bar-0")
    yield* settle
  })

const sway = Effect.scoped(
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const compositor = yield* startSway({
      runtimeDir,
      config: `${swayConfig}output HEADLESS-3 disable\n${config("swaybar_command")}`,
    })
    const session = yield* capture("sway-1.7", runtimeDir, compositor)
    const { run, until, settle, reply } = session
    const foot = (title: string, script: string) => run(`exec foot --title ${title} sh -c '${script}'`)
    yield* foot("one", "sleep 1000")
    yield* until("window", "focus")
    yield* foot("two", 'printf "\\033]2;renamed\\007"; exec sleep 1000')
    yield* until("window", "title", "renamed")
    yield* settle
    yield* windowSteps(session, foot("three", "sleep 1000"))
    yield* run("exec wtype -M logo -k x -m logo")
    yield* until("binding")
    yield* until("input", "removed")
    yield* run("bar bar-0 mode hide; bar bar-0 hidden_state hide; bar bar-0 modifier Mod4")
    // A key held down for a second, so that there is a keyboard to list.
    yield* run("exec wtype -M logo -s 1000 -m logo")
    yield* until("bar_state_update")
    yield* reply("get_inputs")
    yield* reply("get_seats")
    yield* run("[con_mark=m] focus; focus left; [con_mark=m] urgent enable")
    yield* until("workspace", "urgent")
    yield* replies(session)
    yield* run("create_output; workspace 7; move workspace to output HEADLESS-2")
    yield* until("workspace", "move")
    // Disabled by the configuration: sway 1.7 can not disable a headless output that is on.
    yield* run("create_output")
    yield* reply("get_outputs", "", "disabled")
    yield* run("[title=one] kill")
    yield* until("window", "close")
    yield* run("reload")
    yield* until("workspace", "reload")
    yield* settle
  }),
)

/** Two outputs where Xvfb has one; the replies of this session are not kept. */
const i3Outputs = Effect.scoped(
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const compositor = yield* startI3({ runtimeDir, config: `${i3Config}fake-outputs 640x480+0+0,640x480+640+0\n` })
    const { run, until } = yield* capture("i3-4.22", runtimeDir, compositor)
    yield* run("workspace 7; move workspace to output right")
    yield* until("workspace", "move")
    // i3 is gone before it replies to this one.
    yield* Effect.ignore(run("exit"))
    yield* until("shutdown", "exit")
  }),
)

const i3 = Effect.scoped(
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const compositor = yield* startI3({ runtimeDir, config: i3Config + config("i3bar_command") })
    const session = yield* capture("i3-4.22", runtimeDir, compositor)
    const { run, until, settle } = session
    const client = (command: string, ...args: ReadonlyArray<string>) =>
      spawnAs(command, args, { runtimeDir, env: { DISPLAY: compositor.display } })
    yield* client("xterm", "-T", "one", "-e", "sleep", "1000")
    yield* until("window", "focus")
    yield* client("xterm", "-T", "two", "-e", "sh", "-c", 'printf "\\033]2;renamed\\007"; exec sleep 1000')
    yield* until("window", "title", "renamed")
    yield* settle
    yield* windowSteps(session, client("xterm", "-T", "three", "-e", "sleep", "1000"))
    yield* client("xdotool", "key", "super+x")
    yield* until("binding")
    yield* run("[title=one] focus")
    yield* client("xdotool", "search", "--name", "^renamed$", "set_window", "--urgency", "1")
    yield* until("workspace", "urgent")
    yield* replies(session)
    yield* client("xrandr", "--output", "screen", "--primary")
    yield* until("output")
    yield* run("[title=one] kill")
    yield* until("window", "close")
    yield* run("reload")
    yield* until("workspace", "reload")
    yield* run("restart")
    yield* until("shutdown", "restart")
  }),
)

await Effect.runPromise(Effect.all([sway, i3, i3Outputs], { discard: true }))
