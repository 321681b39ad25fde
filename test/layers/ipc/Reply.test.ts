import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { type RequestName, requestNames, swayOnlyRequests } from "../../../src/layers/ipc/Message.ts"
import type { Node } from "../../../src/layers/ipc/Node.ts"
import { type Reply, replySchemas } from "../../../src/layers/ipc/Reply.ts"
import { fixture, fixturesOf, type Recorded, recorded } from "../../support/fixtures.ts"

const decode = <K extends RequestName>(name: K, json: unknown): Reply<K> =>
  Either.getOrThrow(Schema.decodeUnknownEither(replySchemas[name])(json))

const replyOf = <K extends RequestName>(from: Recorded, name: K, variant?: string): Reply<K> =>
  decode(name, fixture(from, variant === undefined ? name : `${name}-${variant}`))

/** Where and why a reply is refused. */
const issuesOf = <K extends RequestName>(name: K, json: unknown) =>
  Schema.decodeUnknownEither(replySchemas[name])(json).pipe(
    Either.flip,
    Either.getOrThrow,
    ParseResult.ArrayFormatter.formatErrorSync,
  )

const descendants = (node: Node): ReadonlyArray<Node> => [
  node,
  ...[...node.nodes, ...node.floating_nodes].flatMap(descendants),
]

describe.each(recorded)("replies of %s", from => {
  const fixtures = fixturesOf(from, "", requestNames)

  it("are recorded for every request that it answers", () => {
    const expected = from === "i3-4.22" ? requestNames.filter(name => !swayOnlyRequests.has(name)) : requestNames
    expect(new Set(fixtures.map(({ name }) => name))).toEqual(new Set(expected))
  })

  it.each(fixtures)("decode without a changed value: $name $variant", ({ name, json }) => {
    const decoded = decode(name, json)
    // Against the JSON, so that what the schema drops is no difference, and what it makes up is one.
    expect(json).toMatchObject(decoded)
  })

  it("keep the commands that failed apart from those that did not", () => {
    const [first, second] = replyOf(from, "command")
    expect(first).toEqual({ success: true })
    expect(second).toMatchObject({ success: false, parse_error: true, error: expect.any(String) })
    expect(replyOf(from, "command", "empty")).toEqual([])
  })

  it("keep what tells workspaces apart", () => {
    expect(replyOf(from, "get_workspaces")).toMatchObject([
      { num: 1, name: "1", visible: true, focused: true, urgent: true, rect: { width: 1280, height: 720 } },
    ])
  })

  it("keep the tree, from the outputs down to what is floating, marked and focused", () => {
    const nodes = descendants(replyOf(from, "get_tree"))
    const named = (name: string) => nodes.find(node => node.name === name)
    expect(named("root")?.type).toBe("root")
    expect(named("1")).toMatchObject({ type: "workspace", num: 1, layout: "splith" })
    expect(named("one")).toMatchObject({ type: "con", focused: true, percent: 0.5, nodes: [] })
    expect(named("renamed")).toMatchObject({ marks: ["m"], urgent: true })
    const scratchpad = named("__i3_scratch")
    expect(scratchpad?.floating_nodes.flatMap(descendants).map(node => node.name)).toContain("three")
    expect(nodes.filter(node => node.focused)).toHaveLength(1)
  })

  it("keep a bar, the list of bars, and that there is no such bar", () => {
    expect(replyOf(from, "get_bar_config")).toEqual(["bar-0"])
    expect(replyOf(from, "get_bar_config", "bar-0")).toMatchObject({
      id: "bar-0",
      mode: from === "i3-4.22" ? "dock" : "hide",
      font: expect.stringContaining("monospace 8"),
      status_command: "true",
    })
    expect(replyOf(from, "get_bar_config", "unknown")).toEqual(
      from === "i3-4.22" ? { id: null } : { success: false, error: "No bar with that ID" },
    )
  })

  it("keep marks, modes, the configuration and success", () => {
    expect(replyOf(from, "get_marks")).toEqual(["m"])
    expect(new Set(replyOf(from, "get_binding_modes"))).toEqual(new Set(["default", "resize"]))
    expect(replyOf(from, "get_binding_state")).toEqual({ name: "default" })
    expect(replyOf(from, "get_config").config).toContain("bindsym Mod4+x nop\n")
    expect(replyOf(from, "send_tick")).toEqual({ success: true })
    expect(replyOf(from, "subscribe")).toEqual({ success: true })
    // sway can not do the one and refuses the other; i3 does the one and takes any name for the other.
    expect(replyOf(from, "sync")).toEqual({ success: from === "i3-4.22" })
    expect(replyOf(from, "subscribe", "unknown")).toEqual({ success: from === "i3-4.22" })
  })
})

describe("what only one compositor says", () => {
  it("sway: its name, its windows' app_id, its devices and seats", () => {
    expect(replyOf("sway-1.7", "get_version")).toMatchObject({ variant: "sway", human_readable: "1.7", minor: 7 })
    const windows = descendants(replyOf("sway-1.7", "get_tree")).filter(node => node.app_id === "foot")
    expect(windows.map(({ shell, window }) => ({ shell, window }))).toEqual(
      windows.map(() => ({ shell: "xdg_shell", window: null })),
    )
    expect(replyOf("sway-1.7", "get_inputs")).toMatchObject([{ name: "virtual keyboard", type: "keyboard" }])
    expect(replyOf("sway-1.7", "get_seats")).toMatchObject([{ name: "seat0", devices: [{ type: "keyboard" }] }])
  })

  it("sway: an output that is off has neither a scale nor a workspace", () => {
    const [on, , off] = replyOf("sway-1.7", "get_outputs", "disabled")
    expect(on).toMatchObject({ name: "HEADLESS-1", active: true, scale: 1, current_mode: { refresh: 60_000 } })
    expect(off).toMatchObject({ name: "HEADLESS-3", active: false, current_workspace: null })
    expect(off).not.toHaveProperty("scale")
  })

  it("i3: no variant, X11 windows with their properties, dock areas, addresses for ids", () => {
    expect(replyOf("i3-4.22", "get_version")).not.toHaveProperty("variant")
    const nodes = descendants(replyOf("i3-4.22", "get_tree"))
    expect(nodes.find(node => node.name === "one")).toMatchObject({
      window: expect.any(Number),
      window_properties: { class: "XTerm", instance: "xterm", transient_for: null },
    })
    expect(nodes.filter(node => node.type === "dockarea")).toHaveLength(2)
    expect(nodes.every(node => Number.isSafeInteger(node.id) && node.id > 2 ** 32)).toBe(true)
  })

  it("newer sway: an output that is no desktop has nothing but a name and a make", () => {
    const headset = { non_desktop: true, type: "output", name: "DP-3", primary: false, make: "Valve", modes: [] }
    expect(decode("get_outputs", [headset])).toMatchObject([{ name: "DP-3", non_desktop: true }])
  })

  it("newer sway: a virtual keyboard has no vendor", () => {
    const keyboard = { identifier: "0:0:k", name: "k", type: "keyboard", repeat_delay: 600, xkb_layout_names: [] }
    expect(decode("get_inputs", [keyboard])).toEqual([keyboard])
  })
})

describe("a reply of a version to come", () => {
  // Not a bar's: its colours are a record, where any other name has to be a colour as well.
  const fixtures = fixturesOf("sway-1.7", "", requestNames).filter(({ variant }) => variant !== "bar-0")
  it.each(fixtures)("may have fields nobody knows: $name $variant", ({ name, json }) => {
    const more = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(more)
      if (typeof value !== "object" || value === null) return value
      return { ...Object.fromEntries(Object.entries(value).map(([key, field]) => [key, more(field)])), a_field: {} }
    }
    // The colours of a bar are a record of strings: there, an unknown colour is one.
    if (name === "get_bar_config") return
    expect(json).toMatchObject(decode(name, more(json)))
  })

  it("may name layouts, types and modes nobody knows", () => {
    const workspace = {
      ...(fixture("sway-1.7", "get_tree") as Node),
      type: "carousel",
      layout: "spiral",
      border: "neon",
    }
    expect(decode("get_tree", workspace)).toMatchObject({ type: "carousel", layout: "spiral" })
  })
})

describe("a reply of the wrong shape", () => {
  it("is refused with the path to what is wrong in it", () => {
    const tree = fixture("sway-1.7", "get_tree") as { nodes: Array<{ nodes: Array<{ rect: { x: unknown } }> }> }
    const scratchpad = tree.nodes[0]?.nodes[0]
    if (scratchpad !== undefined) scratchpad.rect.x = "0"
    expect(issuesOf("get_tree", tree)).toMatchObject([
      { path: ["nodes", 0, "nodes", 0, "rect", "x"], message: 'Expected number, actual "0"' },
    ])
    expect(issuesOf("command", [{ success: true }, { succes: true }])).toMatchObject([{ path: [1, "success"] }])
    expect(issuesOf("get_version", { ...replyOf("sway-1.7", "get_version"), minor: null })).toMatchObject([
      { path: ["minor"] },
    ])
    expect(issuesOf("get_workspaces", [{ name: "1" }])).toMatchObject([{ path: [0, "num"] }])
  })

  it.each(requestNames)("is refused, whatever was asked: %s", name => {
    for (const json of [null, 1, "text", true, [null], { success: "yes" }]) {
      expect(issuesOf(name, json).length).toBeGreaterThan(0)
    }
  })
})
