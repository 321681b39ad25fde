/**
 * What `i3pm msg -p` prints held against the real client, byte for byte: the swaymsg and the i3-msg that are installed here,
 * whatever their release.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:net"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import { encodeUnbounded, FrameDecoder } from "../../src/layers/ipc/Frame.ts"
import { type RequestName, requestNames } from "../../src/layers/ipc/Message.ts"
import { textOf } from "../../src/layers/system/rawText.ts"
import { printedReply } from "../../src/programs/cli/msg/pretty.ts"
import { releaseOf } from "../../src/programs/cli/msg/release.ts"
import { requestFailed } from "../../src/programs/cli/msg/requestFailed.ts"
import { i3Config, startI3, startSway, swayConfig } from "../support/Desktop.ts"
import { i3pm } from "../support/daemon.ts"
import { fixturesOf, recorded } from "../support/fixtures.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { request } from "../support/rawIpc.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

/** The release of the swaymsg that is installed: `swaymsg version 1.10.1`. */
const installed = () => {
  const { stdout } = spawnSync("swaymsg", ["--version"], { encoding: "utf8" })
  const [, major, minor, patch = "0"] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout) ?? []
  return releaseOf({ variant: "sway", major: Number(major), minor: Number(minor), patch: Number(patch) })
}

/** Answers everything with one reply, whatever was asked, until the scope ends. */
const answering = (socketPath: string, json: string) =>
  Effect.acquireRelease(
    Effect.async<() => void>(resume => {
      const server = createServer(socket => {
        const decoder = new FrameDecoder()
        socket.on("error", () => socket.destroy())
        socket.on("data", chunk => {
          decoder.push(chunk, ({ type }) => void socket.write(encodeUnbounded(type, json)))
        })
      })
      server.listen(socketPath, () => {
        fs.chmodSync(socketPath, 0o666)
        resume(Effect.succeed(() => void server.close()))
      })
    }),
    close => Effect.sync(close),
  )

/** swaymsg's print of this reply is ours. */
const compareReply = (name: RequestName, json: string) =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const socketPath = `${runtimeDir}/socket`
    yield* answering(socketPath, json)
    const real = yield* runAs("swaymsg", ["-s", socketPath, "-p", "-t", name], { runtimeDir })
    const reply = { text: textOf(Buffer.from(json)), value: JSON.parse(json) }
    expect(printedReply("pretty", name, reply, installed(), false).stdout, name).toBe(real.stdout)
    expect(real.code, name).toBe(requestFailed(reply.value) ? 2 : 0)
  }).pipe(Effect.scoped)

const view = { id: 9, type: "con", shell: "xdg_shell", pid: 4, app_id: "a/b", nodes: [], floating_nodes: [] }

/** A title with what a terminal, a shell or JSON minds. */
const oddTitle = 'tab\t "quoted" back\\slash / ünïcode 😀 %s $HOME'

/** What a headless sway never says, as the JSON text that comes. */
const rareReplies: ReadonlyArray<readonly [RequestName, unknown]> = [
  ["command", [{ success: false }, { success: false, error: null }, { success: true, error: "no" }, 1]],
  ["command", [{ success: 0 }]],
  [
    "get_workspaces",
    [{ name: 5, visible: 1, focused: "yes", urgent: [true], output: { a: [1, "/"], b: {}, c: [] } }, {}],
  ],
  [
    "get_inputs",
    [
      { name: "a", type: "pointer", product: 1e10, vendor: -1.5, libinput: { send_events: "enabled" } },
      { name: "b", type: "keyboard", product: true, xkb_active_layout_name: null, libinput: {} },
      { name: "c", type: "dial", xkb_active_layout_name: "German" },
      ...["touchpad", "tablet_pad", "tablet_tool", "touch", "switch"].map(type => ({ type })),
    ],
  ],
  ["get_seats", [{ capabilities: 7, devices: [{ name: "a" }, {}] }]],
  [
    "get_outputs",
    [
      {
        name: "a",
        active: true,
        power: true,
        allow_tearing: true,
        adaptive_sync_status: "enabled",
        features: { adaptive_sync: true, hdr: true },
        hdr: true,
        scale: 1.333333333,
        modes: [{ width: 3840, height: 2160, refresh: 59_997, picture_aspect_ratio: "16:9" }, {}],
      },
      { name: "b", rect: { x: -5 }, modes: [{ refresh: 1 }], current_mode: null, non_desktop: true },
      { name: "c", active: true, non_desktop: true, features: null },
      { name: "d", active: true, focused: true, features: {} },
    ],
  ],
  [
    "get_tree",
    {
      id: 2 ** 40,
      type: "root",
      name: null,
      nodes: [
        { ...view, name: `${oddTitle}\n\u0007` },
        { ...view, shell: null, name: "" },
        {
          ...view,
          shell: "xwayland",
          app_id: null,
          window: 0x1a0_0007,
          window_properties: { class: "C", instance: "i" },
          foreign_toplevel_identifier: "f00",
          sandbox_engine: "flatpak",
          sandbox_app_id: "org.x",
          sandbox_instance_id: "1",
        },
      ],
      floating_nodes: [{ ...view, type: "floating_con", nodes: [{ ...view, percent: 0.5 }] }],
    },
  ],
  ["get_version", {}],
  ["get_config", { config: null }],
  ["get_marks", [oddTitle, "\u0001\u007f\u2028", [], {}]],
]

/** JSON that JavaScript would not write so. */
const rareTexts: ReadonlyArray<readonly [RequestName, string]> = [
  ["get_marks", '["a\\/b/c","\\u00e9\\ud83d\\ude00\\ud800", 1.0, 0.10, 1E+2, -0, [ ], [[]] ]'],
  ["get_bar_config", '{"id":"x","colors":{},"gaps":{"top":0},"font":"a/b"}'],
]

const config = `${swayConfig}output HEADLESS-1 scale 1.25
output HEADLESS-1 max_render_time 5
output HEADLESS-3 disable
bar {
  id bar-0
  swaybar_command true
}
`

/** Several outputs, one off and one without power; windows that are marked, floating and in the scratchpad. */
const furnish = (socketPath: string, runtimeDir: string) =>
  Effect.gen(function* () {
    const run = (command: string) => request(socketPath, "command", command)
    yield* run("create_output; create_output; create_output; output HEADLESS-4 dpms off")
    const display = fs.readdirSync(runtimeDir).find(name => /^wayland-\d+$/.test(name))
    const tree = Effect.map(request(socketPath, "get_tree"), reply => JSON.stringify(reply))
    const open = (title: string) =>
      Effect.zipRight(
        spawnAs("foot", ["--app-id", "an/app", "--title", title, "sleep", "1000"], {
          runtimeDir,
          env: { WAYLAND_DISPLAY: display },
        }),
        eventually(tree, text => text.includes(JSON.stringify(title))),
      )
    // foot 1.21 takes no control characters in a title.
    yield* open(oddTitle.replace("\t", " "))
    yield* run("mark --add m/m; floating enable")
    yield* open("second")
    yield* run("move scratchpad")
    yield* open("third")
    yield* run("workspace back/slash; workspace 2")
  })

describeWith([...swayTools, "foot", "node"], "msg beside swaymsg", () => {
  it.scoped("prints what a real sway replies as its swaymsg does", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const { socketPath } = yield* startSway({ runtimeDir, config })
      yield* furnish(socketPath, runtimeDir)
      const both = (type: RequestName, message = "") =>
        Effect.gen(function* () {
          const args = ["-s", socketPath, "-p", "-t", type, message]
          const theirs = yield* runAs("swaymsg", args, { runtimeDir })
          const ours = yield* i3pm(entry, ["msg", ...args], { runtimeDir })
          expect([ours.stdout, ours.code], `${type} ${message}`).toEqual([theirs.stdout, theirs.code])
          return ours.stdout
        })
      const outputs = yield* both("get_outputs")
      expect(outputs.match(/^Output /gm)).toHaveLength(4)
      expect(outputs).toMatch(/ \((inactive|disabled)\)$/m)
      expect(yield* both("get_workspaces")).toContain("Workspace 2 (focused)\n")
      expect(yield* both("get_tree")).toContain("second")
      expect(yield* both("get_marks")).toBe('[\n  "m\\/m"\n]\n')
      expect(yield* both("get_config")).toBe(`${config}\n`)
      expect(yield* both("command", "nop; nop")).toBe("")
      expect(yield* both("command", "nop; no_such_command")).toContain("Error: ")
      const rest = [
        "get_inputs",
        "get_seats",
        "get_version",
        "get_binding_modes",
        "get_binding_state",
        "send_tick",
      ] as const
      for (const type of rest) yield* both(type)
      for (const id of ["", "bar-0", "no-such-bar"]) yield* both("get_bar_config", id)
      yield* both("subscribe", '["no_such_event"]')
      yield* both("subscribe", '["tick"]')
    }),
  )

  describe("prints the same of a reply", () => {
    const rare = [...rareReplies.map(([name, value]) => [name, JSON.stringify(value)] as const), ...rareTexts]
    it.live.each(rare)("nobody recorded: %s", ([name, json]) => compareReply(name, json))

    // Not what swaymsg has no type for, and not what tells i3 apart.
    const known = requestNames.filter(name => name !== "sync" && name !== "subscribe")
    const recordings = recorded.flatMap(from => fixturesOf(from, "", known).map(each => ({ ...each, from })))
    const ofSway = recordings.filter(({ from, name }) => from !== "i3-4.22" || name !== "get_version")
    it.live.each(ofSway)("of $from: $name $variant", ({ json, name }) => compareReply(name, JSON.stringify(json)))
  })
})

describeWith([...i3Tools, "node"], "msg beside i3-msg", () => {
  it.scoped("prints what a real i3 replies as i3-msg does", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const { socketPath } = yield* startI3({
        runtimeDir,
        config: `${i3Config}bar {\n  id b\n  i3bar_command true\n}\n`,
      })
      const both = (form: ReadonlyArray<string>, type: RequestName, message = "nop") =>
        Effect.gen(function* () {
          const args = ["-s", socketPath, "-t", type, message]
          const theirs = yield* runAs("i3-msg", args, { runtimeDir })
          const ours = yield* i3pm(entry, ["msg", ...form, ...args], { runtimeDir })
          expect(ours, `${type} ${message}`).toMatchObject({
            stdout: theirs.stdout,
            stderr: theirs.stderr,
            code: theirs.code,
          })
          return ours
        })
      const types = [
        "command",
        "get_workspaces",
        "get_outputs",
        "get_tree",
        "get_marks",
        "get_version",
        "send_tick",
      ] as const
      for (const type of types) yield* both(["-p"], type)
      for (const form of [["-p"], []]) {
        expect((yield* both(form, "get_config")).stdout).toMatch(/^# i3 config file/)
        expect((yield* both(form, "command", "nop; no_such_command")).stderr).toContain("ERROR: Your command: ")
        yield* both(form, "command", "[con_id=1] focus; nop; move left")
      }
      yield* both(["-p"], "get_bar_config", "b")
      yield* both(["-p"], "subscribe", '["tick"]')
    }),
  )
})
