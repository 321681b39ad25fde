import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { type EventPayload, eventSchemas } from "../../../src/layers/ipc/Event.ts"
import { type EventName, eventNames, swayOnlyEvents } from "../../../src/layers/ipc/Message.ts"
import { fixture, fixturesOf, type Recorded, recorded } from "../../support/fixtures.ts"

const decode = <K extends EventName>(name: K, json: unknown): EventPayload<K> =>
  Either.getOrThrow(Schema.decodeUnknownEither(eventSchemas[name])(json))

const eventOf = <K extends EventName>(from: Recorded, name: K, change?: string): EventPayload<K> =>
  decode(name, fixture(from, change === undefined ? `event-${name}` : `event-${name}-${change}`))

/** Where and why an event is refused. */
const issuesOf = <K extends EventName>(name: K, json: unknown) =>
  Schema.decodeUnknownEither(eventSchemas[name])(json).pipe(
    Either.flip,
    Either.getOrThrow,
    ParseResult.ArrayFormatter.formatErrorSync,
  )

/** sway 1.7 knows no output event, and is gone before it sends its shutdown event. */
const unsent: ReadonlySet<EventName> = new Set(["output", "shutdown"])

describe.each(recorded)("events of %s", from => {
  const fixtures = fixturesOf(from, "event-", eventNames)

  it("are recorded for every event that it sends", () => {
    const expected = eventNames.filter(name => !(from === "i3-4.22" ? swayOnlyEvents : unsent).has(name))
    expect(new Set(fixtures.map(({ name }) => name))).toEqual(new Set(expected))
  })

  it.each(fixtures)("decode without a changed value: $name $variant", ({ name, json }) => {
    expect(json).toMatchObject(decode(name, json))
  })

  it("keep the kind of change", () => {
    for (const { name, variant, json } of fixtures) {
      if (name === "tick" || variant === undefined) continue
      expect(decode(name, json)).toMatchObject({ change: variant })
    }
  })

  it("keep which workspace has the focus and which had it", () => {
    const { current, old } = eventOf(from, "workspace", "focus")
    expect([current?.name, old?.name].sort()).toEqual(["1", "2"])
    expect(current).toMatchObject({ type: "workspace", num: Number(current?.name) })
    expect(eventOf(from, "workspace", "rename")).toMatchObject({ current: { name: "1:web", num: 1 } })
    expect(eventOf(from, "workspace", "reload")).toEqual({ change: "reload", current: null, old: null })
  })

  it("keep the window that changed", () => {
    expect(eventOf(from, "window", "mark").container).toMatchObject({ name: "renamed", marks: ["m"] })
    expect(eventOf(from, "window", "fullscreen_mode").container.fullscreen_mode).toBe(1)
    expect(eventOf(from, "window", "floating").container.type).toBe(from === "i3-4.22" ? "con" : "floating_con")
    expect(eventOf(from, "window", "urgent").container.urgent).toBe(true)
    // A Wayland window is there before it has a title.
    expect(eventOf(from, "window", "new").container.name).toBe(from === "i3-4.22" ? "one" : null)
  })

  it("keep mode, bar, binding and tick", () => {
    expect(eventOf(from, "mode", "resize")).toEqual({ change: "resize", pango_markup: false })
    expect(eventOf(from, "barconfig_update")).toMatchObject({ id: "bar-0", mode: "hide" })
    expect(eventOf(from, "binding", "run").binding).toEqual({
      command: "nop",
      event_state_mask: ["Mod4"],
      input_code: 0,
      symbol: "x",
      input_type: "keyboard",
      ...(from === "i3-4.22" ? { mods: ["Mod4"] } : { input_codes: [], symbols: ["x"] }),
    })
    expect(eventOf(from, "tick", "first")).toEqual({ first: true, payload: "" })
    expect(eventOf(from, "tick", "sent")).toEqual({ first: false, payload: "settled" })
  })
})

describe("what only one compositor announces", () => {
  it("sway: a bar shown by its modifier, and a keyboard whose layout has no name", () => {
    expect(eventOf("sway-1.7", "bar_state_update")).toEqual({ id: "bar-0", visible_by_modifier: true })
    expect(eventOf("sway-1.7", "input", "removed").input).toMatchObject({
      type: "keyboard",
      xkb_layout_names: [null],
      xkb_active_layout_name: null,
    })
  })

  it("i3: the mode a binding ran in, and why it shuts down", () => {
    expect(eventOf("i3-4.22", "binding", "run").mode).toBe("default")
    expect(eventOf("i3-4.22", "shutdown", "restart")).toEqual({ change: "restart" })
    expect(eventOf("i3-4.22", "shutdown", "exit")).toEqual({ change: "exit" })
    expect(eventOf("i3-4.22", "output", "unspecified")).toEqual({ change: "unspecified" })
  })
})

describe("an event of a version to come", () => {
  it("may be of a kind nobody knows and have fields nobody knows", () => {
    const { container } = eventOf("sway-1.7", "window", "focus")
    expect(decode("window", { change: "teleport", container, from: 1 })).toEqual({ change: "teleport", container })
    expect(decode("workspace", { change: "dim", current: null })).toEqual({ change: "dim", current: null })
  })
})

describe("an event of the wrong shape", () => {
  it("is refused with the path to what is wrong in it", () => {
    const { container } = eventOf("sway-1.7", "window", "focus")
    const broken = { change: "focus", container: { ...container, rect: { ...container.rect, width: null } } }
    expect(issuesOf("window", broken)).toMatchObject([{ path: ["container", "rect", "width"] }])
    expect(issuesOf("tick", { first: "yes", payload: "" })).toMatchObject([{ path: ["first"] }])
    expect(issuesOf("binding", { change: "run", binding: {} })).toMatchObject([{ path: ["binding", "command"] }])
  })

  it.each(eventNames)("is refused, whatever the event: %s", name => {
    for (const json of [null, 1, "text", [], [null], { change: 1 }]) {
      expect(issuesOf(name, json).length).toBeGreaterThan(0)
    }
  })
})
