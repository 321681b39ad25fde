/**
 * The embedded compositor held against real sway: two desktops that were given the same windows must answer with the same
 * keys and types, word their results alike, and tell of the same changes in the same order.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { eventNames, type RequestName } from "../../src/layers/ipc/Message.ts"
import { startSway } from "../support/Desktop.ts"
import { startEmbedded } from "../support/embeddedClient.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { connect, nextEvent, type RawIpc, request } from "../support/rawIpc.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

/** `true` is what draws the bar: it ends at once. */
const config = `
xwayland disable
output HEADLESS-1 resolution 1920x1080
mode "resize" {
  bindsym Escape mode default
}
bar {
  id bar-0
  swaybar_command true
}
`

const changeOf = (json: unknown) =>
  typeof json === "object" && json !== null && "change" in json ? json.change : undefined

const openWindow = (ipc: RawIpc, appId: string, title: string) =>
  ipc
    .request("command", `exec foot -a ${appId} -T ${title} sleep 1000`)
    .pipe(Effect.zipRight(Effect.repeat(nextEvent(ipc), { until: ({ json }) => changeOf(json) === "focus" })))

/** Opens in sway what the embedded desktop starts with; ids then agree, too. */
const sameWindows = (socketPath: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const ipc = yield* connect(socketPath)
      yield* ipc.request("subscribe", '["window"]')
      yield* openWindow(ipc, "emacs", "notes.org")
      yield* ipc.request("command", "mark notes")
      yield* openWindow(ipc, "foot", "zsh")
      yield* ipc.request("command", "workspace number 2")
      yield* openWindow(ipc, "pavucontrol", "Volume")
      yield* ipc.request("command", "floating enable")
    }),
  )

/** Socket paths of a real and of an embedded compositor, both on workspace 1 and before that on 2. */
const twins = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const { socketPath: real } = yield* startSway({ runtimeDir, config })
  const { socketPath: embedded } = yield* startEmbedded()
  yield* sameWindows(real)
  yield* request(embedded, "command", "workspace number 2")
  for (const socketPath of [real, embedded]) yield* request(socketPath, "command", "workspace number 1")
  return { real, embedded }
})

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null && !Array.isArray(json)

/** Nodes of different types are compared apart; the scratchpad has fewer keys than what is shown. */
const kindOf = ({ type, name }: Readonly<Record<string, unknown>>) =>
  typeof type === "string" ? `<${type}${String(name).startsWith("__i3") ? " hidden" : ""}>` : ""

/** Every path in a JSON value with the types found there: `nodes[]<con>.pid: number`. */
const shapeOf = (json: unknown, path = "", shape = new Set<string>()): ReadonlySet<string> => {
  if (Array.isArray(json)) {
    shape.add(`${path}: array`)
    for (const element of json) shapeOf(element, `${path}[]`, shape)
  } else if (isRecord(json)) {
    const here = `${path}${kindOf(json)}`
    shape.add(`${here}: object`)
    for (const [key, value] of Object.entries(json)) shapeOf(value, `${here}.${key}`, shape)
  } else {
    shape.add(`${path}: ${json === null ? "null" : typeof json}`)
  }
  return shape
}

const sorted = (shape: ReadonlySet<string>) => [...shape].sort()

const questions: ReadonlyArray<readonly [RequestName, string?]> = [
  ["get_workspaces"],
  ["get_outputs"],
  ["get_tree"],
  ["get_marks"],
  ["get_bar_config"],
  ["get_bar_config", "bar-0"],
  ["get_bar_config", "no-such-bar"],
  ["get_version"],
  ["get_binding_modes"],
  ["get_config"],
  ["send_tick", "a payload"],
  ["sync", "{}"],
  ["get_binding_state"],
  ["get_inputs"],
  ["get_seats"],
  ...eventNames.map(name => ["subscribe", JSON.stringify([name])] as const),
  ["subscribe", '["tick","no_such_event"]'],
  ["subscribe", "[]"],
  ["subscribe", ""],
]

/**
 * What depends on fonts, on the client, or on how far sway has got with arranging; and `pango_markup`, which sway 1.7
 * does not initialise for the default mode.
 */
const incidental: ReadonlySet<string> = new Set([
  ...["border", "current_border_width", "pango_markup"],
  ...["rect", "deco_rect", "window_rect", "geometry", "percent", "pid", "human_readable", "config"],
  "loaded_config_file_name",
])

const essence = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(essence)
  if (!isRecord(json)) return json
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) => (incidental.has(key) ? [] : [[key, essence(value)]])),
  )
}

/** Never `focus` alone on an empty workspace: sway 1.7 dies of it. */
const commandLists = [
  ...["nop", "nop; nop", "nop, nop hello\nnop", "", ";", "nop;;nop", "xyz", "xyz a, nop", "nop; xyz; nop", "XYZ"],
  ...["workspace 3", "workspace 1", "workspace 1", "workspace number 5: www", "workspace number 5", "workspace 5"],
  ...["workspace web", "workspace -1", "workspace 07", "workspace number 7", "workspace 10", "WORKSPACE 1"],
  ...["workspace a b", 'workspace "a" b', "workspace '2; nop'", "workspace 2b", "workspace number 2"],
  ...["workspace next", "workspace prev", "workspace next_on_output", "workspace prev_on_output"],
  ...["workspace back_and_forth", "workspace back_and_forth", "workspace current", "workspace", "workspace number"],
  ...["workspace number x", "workspace --no-auto-back-and-forth 4", "workspace 1"],
  ...["focus left", "focus right", "focus right", "focus next", "focus prev", "focus down", "focus", "focus sideways"],
  ...["focus mode_toggle", "focus floating", "focus tiling", "focus output", "focus output nope"],
  ...['[app_id="pavucontrol"] focus', "focus left", "focus tiling", "[app_id=emacs] focus", "[con_id=5] focus"],
  ...["[con_id=99] focus", "[con_id=abc] focus", "[] focus", '[nosuch="x"] focus', '[workspace="2"] focus; nop'],
  ...['[app_id="nope"] focus; nop', '[con_mark="notes"] focus', "[floating] focus", "[tiling] focus"],
  ...["mark", "mark x", "mark --add y", "mark --add y", "mark a b", 'mark --toggle "a b"', "mark --add --toggle k"],
  ...["[tiling] mark t", "unmark nosuch", "[con_mark=nosuch] unmark", "unmark t", '[title="Volume"] mark v', "unmark"],
  ...["workspace 9", "mark z", "workspace 1", "mode resize", "mode resize", "mode default", "mode nope", "mode"],
  ...["mode --pango_markup default", "layout", "move", "exit now"],
  ...["reload now", 'nop "a; b" ; xyz \'c', "[con_id=5 app_id=emacs] nop, nop", "reload"],
]

/** Runs the lists one by one; each with its results and the events it caused. A tick marks where they end. */
const record = (socketPath: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const ipc = yield* connect(socketPath)
      yield* ipc.request("subscribe", '["workspace","window","mode","barconfig_update","tick"]')
      yield* nextEvent(ipc)
      return yield* Effect.forEach(commandLists, commands =>
        Effect.gen(function* () {
          const results = yield* ipc.request("command", commands)
          yield* ipc.request("send_tick")
          const events: Array<unknown> = []
          for (;;) {
            const { type, json } = yield* nextEvent(ipc)
            if (type === 0x8000_0007) return { commands, results, events }
            events.push(essence(json))
          }
        }),
      )
    }),
  )

describeWith([...swayTools, "sway 1.7", "foot"], "the embedded compositor beside real sway", () => {
  describe("of version 1.7, with windows", () => {
    it.scoped("answers with the same keys and types", () =>
      Effect.gen(function* () {
        const { real, embedded } = yield* twins
        for (const [name, payload] of questions) {
          const expected = yield* request(real, name, payload)
          const actual = yield* request(embedded, name, payload)
          assert.deepStrictEqual(sorted(shapeOf(actual)), sorted(shapeOf(expected)), `${name} ${payload ?? ""}`)
        }
      }),
    )

    it.scoped("says the same of the same desktop", () =>
      Effect.gen(function* () {
        const { real, embedded } = yield* twins
        for (const [name, payload] of questions) {
          const expected = essence(yield* request(real, name, payload))
          const actual = essence(yield* request(embedded, name, payload))
          assert.deepStrictEqual(actual, expected, `${name} ${payload ?? ""}`)
        }
      }),
    )

    it.scoped("runs commands to the same results and events", () =>
      Effect.gen(function* () {
        const { real, embedded } = yield* twins
        const expected = yield* record(real)
        const actual = yield* record(embedded)
        for (const [index, run] of expected.entries()) assert.deepStrictEqual(actual[index], run)
      }),
    )
  })
})
