/** What a client is told after a restart of the compositor, as tables. */
import { describe, expect, it } from "vitest"
import { EVENT_BIT, type EventName, eventNameOf, eventNames, requestTypes } from "../../../src/layers/ipc/Message.ts"
import { type Resync, resyncMessages, workspaceChanges } from "../../../src/layers/relay/resync.ts"
import { noWorkspaces, type WireNode, type Workspaces } from "../../../src/layers/relay/workspaces.ts"

const workspace = (id: number, name: string, more: WireNode = {}): WireNode => ({
  id,
  name,
  type: "workspace",
  ...more,
})
const has = (nodes: ReadonlyArray<WireNode>, focused?: WireNode): Workspaces => ({ nodes, focused })

const reply = (type: keyof typeof requestTypes, value: unknown) => ({
  type: requestTypes[type],
  reply: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
})

const treeOf = (...nodes: ReadonlyArray<WireNode>) => reply("get_tree", { type: "root", nodes })

/** The names and values of what a client of an i3 hears. */
const told = (changed: Partial<Resync>) =>
  resyncMessages({
    mode: "events",
    dialect: "i3",
    subscribed: new Set(eventNames),
    before: noWorkspaces,
    replies: [],
    ...changed,
  }).map(({ payload, type }) => [eventNameOf(type), JSON.parse(payload)])

/** The same, for a client that has subscribed to one name. */
const toldOf = (name: EventName, changed: Partial<Resync>) =>
  told({ ...changed, subscribed: new Set([name]) }).map(([heard, value]) => {
    expect(heard).toBe(name)
    return value
  })

describe("the changes of workspaces", () => {
  const [one, two, three] = [workspace(1, "1"), workspace(2, "2"), workspace(3, "3")]

  it("are what went, what came, and the focus, in this order", () => {
    expect(workspaceChanges(has([one, two], one), has([two, three], three))).toEqual([
      { change: "empty", old: null, current: one },
      { change: "init", old: null, current: three },
      { change: "focus", old: one, current: three },
    ])
  })

  it("are an end and a beginning where one id has another name, or one name another id", () => {
    for (const now of [workspace(1, "other"), workspace(9, "1")]) {
      expect(workspaceChanges(has([one]), has([now]))).toEqual([
        { change: "empty", old: null, current: one },
        { change: "init", old: null, current: now },
      ])
    }
  })

  it("are a move where a workspace is on another output now, as after a restart without a monitor", () => {
    const [on, off] = ["DP-1", "eDP-1"].map(output => workspace(1, "1", { output }))
    const [rest, fresh] = [workspace(2, "2", { output: "eDP-1" }), workspace(3, "3", { output: "eDP-1" })]
    expect(workspaceChanges(has([on ?? one, rest], on), has([off ?? one, rest, fresh], off))).toEqual([
      { change: "init", old: null, current: fresh },
      { change: "move", old: null, current: off },
      { change: "focus", old: { ...on }, current: off },
    ])
    expect(workspaceChanges(has([on ?? one]), has([one]))).toEqual([])
  })

  it("have no old workspace where none had the focus, and no focus where none has it", () => {
    expect(workspaceChanges(has([]), has([one], one))).toEqual([
      { change: "init", old: null, current: one },
      { change: "focus", old: null, current: one },
    ])
    expect(workspaceChanges(has([one], one), has([one]))).toEqual([])
  })

  it("show what went without what was in it, and with no field that it had not", () => {
    const full = workspace(1, "1", { nodes: [two], floating_nodes: [three], focus: [2, 3], focused: true })
    const empty = workspace(1, "1", { nodes: [], floating_nodes: [], focus: [], focused: false })
    expect(workspaceChanges(has([full], full), has([two], two))).toEqual([
      { change: "empty", old: null, current: empty },
      { change: "init", old: null, current: two },
      { change: "focus", old: empty, current: two },
    ])
    expect(workspaceChanges(has([one]), has([]))).toEqual([{ change: "empty", old: null, current: one }])
  })
})

describe("a client is told", () => {
  const shown = workspace(4, "4", { focused: true })

  it("of all in one order, and only of names that it has subscribed to", () => {
    const replies = [
      treeOf(workspace(4, "4", { nodes: [{ id: 5, type: "con", focused: true }] })),
      reply("get_binding_state", { name: "resize" }),
      reply("get_inputs", [{ identifier: "k", type: "keyboard" }]),
      reply("get_bar_config", '{ "id": "bar-0" }'),
    ]
    expect(told({ replies }).map(([name, value]) => [name, value.change])).toEqual([
      ["workspace", "init"],
      ["workspace", "focus"],
      ["window", "focus"],
      ["mode", "resize"],
      ["input", "xkb_keymap"],
      ["output", "unspecified"],
      ["barconfig_update", undefined],
    ])
    expect(told({ replies, subscribed: new Set(["shutdown", "tick", "binding"]) })).toEqual([])
    expect(toldOf("output", { replies })).toEqual([{ change: "unspecified" }])
    expect(toldOf("barconfig_update", { replies })).toEqual([{ id: "bar-0" }])
  })

  it("nothing with resync = none", () => {
    expect(told({ mode: "none", replies: [treeOf(shown), reply("get_binding_state", { name: "x" })] })).toEqual([])
  })

  it("of a reload in place of what changed, with a tree or without", () => {
    const reload = [{ change: "reload", old: null, current: null }]
    for (const replies of [[treeOf(shown)], []]) {
      expect(toldOf("workspace", { mode: "reload", before: has([workspace(1, "1")]), replies })).toEqual(reload)
    }
  })

  it("of no change of workspaces without a tree", () => {
    const before = has([workspace(1, "1")])
    for (const tree of [
      [],
      [reply("get_tree", "{")],
      [reply("get_tree", [])],
      [reply("get_workspaces", { nodes: [shown] })],
    ]) {
      expect(toldOf("workspace", { before, replies: tree })).toEqual([])
      expect(toldOf("window", { before, replies: tree })).toEqual([])
    }
  })

  it("of the workspaces that went with the old compositor", () => {
    const before = has([workspace(1, "1")])
    expect(toldOf("workspace", { before, replies: [treeOf(shown)] })).toEqual([
      { change: "empty", old: null, current: workspace(1, "1") },
      { change: "init", old: null, current: shown },
      { change: "focus", old: null, current: shown },
    ])
  })

  it.each([
    ["con", true],
    ["floating_con", true],
    ["workspace", false],
    ["dockarea", false],
  ])("of the focus of a %s: %s", (type, isTold) => {
    const container = { id: 7, type, focused: true }
    expect(toldOf("window", { replies: [treeOf(container)] })).toEqual(isTold ? [{ change: "focus", container }] : [])
  })

  it("of no window where none has the focus", () => {
    expect(toldOf("window", { replies: [treeOf(workspace(1, "1"))] })).toEqual([])
  })

  it.each<[unknown, ReadonlyArray<unknown>]>([
    [{ name: "default" }, [{ change: "default", pango_markup: false }]],
    [{ name: 5 }, []],
    [{}, []],
    [["default"], []],
    ["{", []],
  ])("of the mode in %j: %j", (state, expected) => {
    expect(toldOf("mode", { replies: [reply("get_binding_state", state)] })).toEqual(expected)
    expect(toldOf("mode", { replies: [reply("get_tree", state)] })).toEqual([])
  })

  it("of the keymap of each keyboard, and of no other input", () => {
    const [one, two] = [
      { identifier: "1", type: "keyboard" },
      { identifier: "2", type: "keyboard" },
    ]
    const inputs = [one, { identifier: "m", type: "pointer" }, null, two]
    expect(toldOf("input", { replies: [reply("get_inputs", inputs)] })).toEqual([
      { change: "xkb_keymap", input: one },
      { change: "xkb_keymap", input: two },
    ])
    expect(toldOf("input", { replies: [reply("get_inputs", { type: "keyboard" })] })).toEqual([])
    expect(toldOf("input", { replies: [reply("get_seats", inputs)] })).toEqual([])
    expect(toldOf("input", { replies: [] })).toEqual([])
  })

  it("of each bar, byte for byte, also where it is no JSON", () => {
    const texts = ['{"id":  "a"}', "not JSON"]
    const messages = resyncMessages({
      mode: "events",
      dialect: "sway",
      subscribed: new Set(["barconfig_update"]),
      before: noWorkspaces,
      replies: texts.map(text => reply("get_bar_config", text)),
    })
    expect(messages.map(({ payload }) => payload)).toEqual(texts)
  })

  it("in the white space of its compositor, by frames with the bit of events", () => {
    const one = (dialect: Resync["dialect"]) =>
      resyncMessages({ mode: "events", dialect, subscribed: new Set(["output"]), before: noWorkspaces, replies: [] })
    expect(one("sway")).toEqual([{ type: EVENT_BIT + 1, payload: '{ "change": "unspecified" }' }])
    expect(one("i3")).toEqual([{ type: EVENT_BIT + 1, payload: '{"change":"unspecified"}' }])
  })
})

describe("a tree that is too deep to be read", () => {
  /** One window in so many containers. */
  const nested = (levels: number) =>
    `{"type":"root","nodes":[{"id":1,"name":"1","type":"workspace","nodes":[${'{"nodes":['.repeat(levels)}${"]}".repeat(levels)}]}]}`
  const of = (levels: number) => toldOf("workspace", { dialect: "sway", replies: [reply("get_tree", nested(levels))] })

  it("is told of as long as swaymsg reads it", () => expect(of(250)).toMatchObject([{ change: "init" }]))

  it("is not what has brackets in its names", () => {
    const named = workspace(1, `"\\"${"[{".repeat(600)}`)
    expect(toldOf("workspace", { replies: [treeOf(named)] })).toMatchObject([{ change: "init", current: named }])
  })

  it.each([260, 5000, 100_000])("leaves out what would be made of it: %i containers", levels =>
    expect(of(levels)).toEqual([]),
  )
})
