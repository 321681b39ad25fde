/** Our pretty print held against the real one: swaymsg 1.7 as it is installed. */
import * as fs from "node:fs"
import { createServer } from "node:net"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import { encodeUnbounded, FrameDecoder } from "../../src/layers/ipc/Frame.ts"
import type { RequestName } from "../../src/layers/ipc/Message.ts"
import { pretty, requestFailed } from "../../src/programs/cli/msg/pretty.ts"
import { startSway, swayConfig } from "../support/Desktop.ts"
import { fixturesOf, recorded } from "../support/fixtures.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { request } from "../support/rawIpc.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

const config = `${swayConfig}output HEADLESS-1 scale 1.25
output HEADLESS-1 max_render_time 5
output HEADLESS-3 disable
`

/** As JavaScript would have written the JSON that json-c wrote. */
const likeJavaScript = (json: string) =>
  json
    .replace(/\[\s+\]/g, "[]")
    .replaceAll("\\/", "/")
    .replace(/(?<=^ *(?:"\w+": )?)-?\d+\.\d+(?:e[-+]?\d+)?(?=,?$)/gm, number => String(Number(number)))

/** The types that swaymsg has a form of its own for. */
const formed = [
  "command",
  "get_workspaces",
  "get_outputs",
  "get_inputs",
  "get_seats",
  "get_version",
  "get_config",
] as const

/** The same request twice, raw and pretty: our print of the one has to be the other. */
const compare = (socketPath: string, runtimeDir: string, type: RequestName, message = "") =>
  Effect.gen(function* () {
    const ask = (form: string) => runAs("swaymsg", ["-s", socketPath, form, "-t", type, message], { runtimeDir })
    const raw = yield* ask("-r")
    const real = yield* ask("-p")
    const reply: unknown = JSON.parse(raw.stdout)
    const hasForm = formed.some(name => name === type)
    expect(pretty(type, reply), type).toBe(hasForm ? real.stdout : likeJavaScript(real.stdout))
    expect([raw.code, real.code], type).toEqual(requestFailed(reply) ? [2, 2] : [0, 0])
    return real.stdout
  })

/** Answers everything with one reply, whatever was asked, until the scope ends. */
const answering = (socketPath: string, reply: unknown) =>
  Effect.acquireRelease(
    Effect.async<() => void>(resume => {
      const server = createServer(socket => {
        const decoder = new FrameDecoder()
        socket.on("error", () => socket.destroy())
        socket.on("data", chunk => {
          decoder.push(chunk, ({ type }) => void socket.write(encodeUnbounded(type, JSON.stringify(reply))))
        })
      })
      server.listen(socketPath, () => {
        fs.chmodSync(socketPath, 0o666)
        resume(Effect.succeed(() => void server.close()))
      })
    }),
    close => Effect.sync(close),
  )

/** What a headless sway never says. */
const rareReplies: ReadonlyArray<{ readonly name: RequestName; readonly json: unknown }> = [
  { name: "command", json: [{ success: false }, { success: false, error: null }, { success: true, error: "no" }, 1] },
  { name: "command", json: [{ success: 0 }] },
  { name: "get_workspaces", json: [{ name: 5, visible: 1, focused: "yes", urgent: [true] }, {}] },
  {
    name: "get_inputs",
    json: [
      { name: "a", type: "pointer", product: 1e10, vendor: -1.5, libinput: { send_events: "enabled" } },
      { name: "b", type: "keyboard", product: true, xkb_active_layout_name: null, libinput: {} },
      { name: "c", type: "dial", xkb_active_layout_name: "German" },
      ...["touchpad", "tablet_pad", "tablet_tool", "touch", "switch"].map(type => ({ type })),
    ],
  },
  { name: "get_seats", json: [{ capabilities: 7, devices: [{ name: "a" }, {}] }] },
  {
    name: "get_outputs",
    json: [
      { name: "a", active: true, scale: 1.333333333, modes: [{ width: 3840, height: 2160, refresh: 59_997 }, {}] },
      { name: "b", rect: { x: -5 }, modes: [{ refresh: 1 }], current_mode: null, non_desktop: true },
    ],
  },
  { name: "get_version", json: {} },
  { name: "get_config", json: { config: null } },
]

describeWith([...swayTools, "sway 1.7"], "pretty beside swaymsg", () => {
  describe("of version 1.7", () => {
    it.scoped("prints what a real sway replies", () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const { socketPath } = yield* startSway({ runtimeDir, config })
        yield* request(socketPath, "command", "create_output; create_output; workspace 2; workspace back/slash")
        const ask = (type: RequestName, message?: string) => compare(socketPath, runtimeDir, type, message)
        expect(yield* ask("get_workspaces")).toContain("Workspace ")
        const outputs = yield* ask("get_outputs")
        expect(outputs).toContain("  Scale factor: 1.250000\n")
        expect(outputs).toContain("  Max render time: 5 ms\n")
        expect(outputs).toContain("' (inactive)\n")
        expect(yield* ask("get_seats")).toContain("Seat: seat0\n")
        expect(yield* ask("get_tree")).toContain('"name": "HEADLESS-2"')
        expect(yield* ask("get_config")).toBe(`${config}\n`)
        expect(yield* ask("command", "nop; nop")).toBe("")
        expect(yield* ask("command", "nop; no_such_command")).toContain("Error: Unknown/invalid command")
        for (const type of ["get_inputs", "get_version", "get_marks", "get_binding_state", "get_bar_config"] as const) {
          yield* ask(type)
        }
        yield* ask("get_bar_config", "no-such-bar")
        yield* ask("send_tick", "payload")
      }),
    )

    const recordings = recorded.flatMap(from =>
      fixturesOf(from, "", [...formed, "get_tree"] as const).map(recording => ({ ...recording, from })),
    )
    const rare = rareReplies.map(reply => ({ ...reply, variant: undefined, from: "nobody" }))

    it.scoped.each([...recordings, ...rare])("prints a reply of $from: $name $variant", ({ name, json }) =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const socketPath = `${runtimeDir}/socket`
        yield* answering(socketPath, json)
        yield* compare(socketPath, runtimeDir, name)
      }),
    )
  })
})
