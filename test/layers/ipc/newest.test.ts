/** Fields and values of sway's master and of i3's next release, from their sources; and values that nobody knows yet. */
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { eventSchemas } from "../../../src/layers/ipc/Event.ts"
import { eventNames, requestNames } from "../../../src/layers/ipc/Message.ts"
import { replySchemas } from "../../../src/layers/ipc/Reply.ts"
import { fixture, fixturesOf, recorded } from "../../support/fixtures.ts"

const decode = <A, I>(schema: Schema.Schema<A, I>, json: unknown): A =>
  Either.getOrThrow(Schema.decodeUnknownEither(schema)(json))

const rect = { x: 0, y: 0, width: 800, height: 600 }

/** What every node has. */
const node = {
  id: 5,
  name: "n",
  type: "con",
  border: "csd",
  current_border_width: 0,
  layout: "none",
  percent: null,
  rect,
  window_rect: rect,
  deco_rect: rect,
  geometry: rect,
  focused: false,
  focus: [],
  nodes: [],
  floating_nodes: [],
}

const mode = { width: 800, height: 600, refresh: 60_000, picture_aspect_ratio: "64:27" }

const output = {
  name: "DP-1",
  primary: false,
  make: "m",
  model: "o",
  serial: "s",
  modes: [mode],
  features: { adaptive_sync: true, hdr: false },
  non_desktop: false,
  active: true,
  dpms: true,
  power: true,
  scale: 1.5,
  scale_filter: "smart",
  transform: "flipped-90",
  adaptive_sync_status: "enabled",
  current_workspace: "1",
  current_mode: mode,
  max_render_time: 3,
  allow_tearing: true,
  hdr: true,
}

const view = {
  ...node,
  pid: 7,
  app_id: "org.x",
  foreign_toplevel_identifier: "f00",
  visible: true,
  max_render_time: 0,
  allow_tearing: false,
  shell: "xdg_shell",
  inhibit_idle: true,
  sandbox_engine: "org.flatpak",
  sandbox_app_id: "org.x",
  sandbox_instance_id: null,
  tag: "main",
  idle_inhibitors: { user: "fullscreen", application: "enabled" },
  content_type: "game",
}

const bar = {
  id: "bar-0",
  mode: "overlay",
  hidden_state: "hide",
  position: "top",
  status_command: null,
  font: "monospace",
  gaps: { top: 1, right: 2, bottom: 3, left: 4 },
  separator_symbol: "|",
  bar_height: 0,
  status_padding: 1,
  status_edge_padding: 3,
  wrap_scroll: false,
  workspace_buttons: true,
  strip_workspace_numbers: false,
  strip_workspace_name: false,
  workspace_min_width: 0,
  binding_mode_indicator: true,
  verbose: false,
  pango_markup: false,
  colors: { background: "#000000ff" },
  bindings: [{ input_code: 1, event_code: 272, command: "nop", release: false }],
  outputs: ["DP-1"],
  tray_outputs: ["*"],
  tray_bindings: [{ input_code: 1, event_code: 272, command: "Activate" }],
  icon_theme: "x",
  tray_padding: 2,
}

const i3Window = {
  ...node,
  layout: "splith",
  workspace_layout: "default",
  last_split_layout: "splitv",
  actual_deco_rect: rect,
  title_format: "%title",
  window_icon_padding: -1,
  gaps: { inner: 1, outer: 2, top: 0, right: 0, bottom: 0, left: 0 },
  window_type: "normal",
  swallows: [{ dock: 2, insert_where: 2 }, { class: "^X$" }],
}

const i3Bar = {
  id: "bar-0",
  mode: "dock",
  position: "bottom",
  modifier: 64,
  padding: rect,
  tray_outputs: [],
  bindings: [{ input_code: 4, command: "nop", release: true }],
}

const keyboard = {
  identifier: "1:1:k",
  name: "k",
  type: "keyboard",
  repeat_delay: 600,
  repeat_rate: 25,
  xkb_layout_names: ["German"],
  xkb_active_layout_index: 0,
  xkb_active_layout_name: "German",
  libinput: { send_events: "enabled", tap_drag_lock: "enabled_sticky", three_finger_drag: "four_finger" },
  vendor: 1,
  product: 1,
}

const binding = {
  command: "nop",
  event_state_mask: ["Mod4"],
  input_codes: [38, 39],
  input_code: 38,
  symbols: [],
  symbol: null,
  input_type: "keyboard",
}

describe("every field of the newest release is kept", () => {
  it.each([
    [
      "sway: outputs",
      replySchemas.get_outputs,
      [{ ...output, rect, focused: true, percent: 1, subpixel_hinting: "rgb" }],
    ],
    ["sway: an output in the tree", replySchemas.get_tree, { ...node, ...output, type: "output", layout: "output" }],
    ["sway: a window", replySchemas.get_tree, { ...node, nodes: [view], floating_nodes: [{ ...view, tag: null }] }],
    ["sway: a bar", replySchemas.get_bar_config, bar],
    ["sway: inputs", replySchemas.get_inputs, [keyboard]],
    ["sway: a binding", eventSchemas.binding, { change: "run", binding }],
    [
      "sway: a workspace that no output shows",
      replySchemas.get_workspaces,
      [
        {
          id: 1,
          num: 1,
          name: "1",
          visible: false,
          focused: false,
          urgent: false,
          rect,
          output: null,
          representation: null,
        },
      ],
    ],
    ["i3: a window", replySchemas.get_tree, i3Window],
    ["i3: a bar", replySchemas.get_bar_config, i3Bar],
    [
      "i3: a binding",
      eventSchemas.binding,
      {
        change: "run",
        mode: "default",
        binding: { ...binding, mods: ["Mod4"], input_codes: undefined, symbols: undefined },
      },
    ],
    [
      "i3: the version",
      replySchemas.get_version,
      { major: 4, minor: 25, patch: 1, human_readable: "4.25.1", included_config_file_names: ["/etc/i3/x"] },
    ],
    [
      "i3: the configuration",
      replySchemas.get_config,
      { config: "", included_configs: [{ path: "/x", raw_contents: "", variable_replaced_contents: "" }] },
    ],
    [
      "i3: a command",
      replySchemas.command,
      [{ success: false, parse_error: true, error: "e", input: "foo", errorposition: "^^^" }],
    ],
  ])("%s", (_, schema: Schema.Schema.AnyNoContext, json) => {
    expect(Either.getOrThrow(Schema.decodeUnknownEither(schema)(json))).toEqual(json)
  })

  it("and an output that is no desktop has few", () => {
    const headset = { name: "DP-3", non_desktop: true, primary: false, make: "Valve", modes: [], features: {} }
    expect(decode(replySchemas.get_outputs, [headset])).toEqual([headset])
  })
})

/** Fields whose text is one of a few words that a compositor knows; a newer one may know more. */
const wordFields = new Set([
  "adaptive_sync_status",
  "application",
  "border",
  "change",
  "content_type",
  "floating",
  "hidden_state",
  "input_type",
  "last_split_layout",
  "layout",
  "mode",
  "orientation",
  "picture_aspect_ratio",
  "position",
  "scale_filter",
  "scratchpad_state",
  "send_events",
  "shell",
  "subpixel_hinting",
  "tap_drag_lock",
  "transform",
  "type",
  "user",
  "variant",
  "window_type",
  "workspace_layout",
])

/** The same JSON with another word in each such field. */
const withWord = (value: unknown, word: string): unknown => {
  if (Array.isArray(value)) return value.map(item => withWord(item, word))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      wordFields.has(key) && typeof inner === "string" ? word : withWord(inner, word),
    ]),
  )
}

describe("a word that nobody knows is carried", () => {
  const replies = recorded.flatMap(from =>
    fixturesOf(from, "", requestNames).map(({ json, name }) => ({ json, name, schema: replySchemas[name] })),
  )
  const events = recorded.flatMap(from =>
    fixturesOf(from, "event-", eventNames).map(({ json, name }) => ({ json, name, schema: eventSchemas[name] })),
  )
  const newest = [
    { name: "outputs", json: [{ ...output, subpixel_hinting: "rgb" }], schema: replySchemas.get_outputs },
    { name: "tree", json: { ...node, nodes: [view, i3Window] }, schema: replySchemas.get_tree },
    { name: "bar", json: bar, schema: replySchemas.get_bar_config },
    { name: "inputs", json: [keyboard], schema: replySchemas.get_inputs },
  ]
  it("in any reply and event", () => {
    const samples: ReadonlyArray<{ json: unknown; name: string; schema: Schema.Schema.AnyNoContext }> = [
      ...newest,
      ...replies,
      ...events,
    ]
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...samples), FastCheck.string({ unit: "binary" }), (sample, word) => {
        const changed = withWord(sample.json, word)
        // Against the JSON, so that what the schema drops is no difference, and what it changes is one.
        expect(changed, sample.name).toMatchObject(
          Either.getOrThrow(Schema.decodeUnknownEither(sample.schema)(changed)),
        )
      }),
      { numRuns: 300 },
    )
  })

  it("also where the recorded tree has it", () => {
    const tree = decode(replySchemas.get_tree, withWord(fixture("sway-1.7", "get_tree"), "spiral"))
    expect(tree).toMatchObject({ type: "spiral", layout: "spiral", border: "spiral", orientation: "spiral" })
  })
})
