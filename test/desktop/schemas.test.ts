/** The schemas against the compositors that are installed here, whatever their version. */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect } from "vitest"
import { type EventPayload, eventSchemas } from "../../src/layers/ipc/Event.ts"
import { encodeUnbounded } from "../../src/layers/ipc/Frame.ts"
import {
  type EventName,
  eventNameOf,
  type RequestName,
  requestNames,
  requestTypes,
  swayOnlyRequests,
} from "../../src/layers/ipc/Message.ts"
import { type Reply, replySchemas } from "../../src/layers/ipc/Reply.ts"
import { i3Config, startI3, startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { connect, nextEvent, type RawIpc } from "../support/rawIpc.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

/** Payloads that give a request something to do. */
const payloads: Partial<Record<RequestName, string>> = {
  command: "workspace 3; no_such_command",
  subscribe: '["tick"]',
  send_tick: "a payload",
  sync: "{}",
}

const ask = <K extends RequestName>(ipc: RawIpc, name: K, payload = payloads[name]): Effect.Effect<Reply<K>, unknown> =>
  Effect.flatMap(ipc.request(name, payload), Schema.decodeUnknown(replySchemas[name]))

/** The next event, which has to be this one, decoded. */
const take = <K extends EventName>(ipc: RawIpc, name: K): Effect.Effect<EventPayload<K>, unknown> =>
  Effect.flatMap(nextEvent(ipc), ({ type, json }) => {
    expect(eventNameOf(type)).toBe(name)
    return Schema.decodeUnknown(eventSchemas[name])(json)
  })

const config = (barCommand: string) => `
bar {
  id bar-0
  ${barCommand} true
}
mode "resize" {
  bindsym Escape mode "default"
}
`

/** Connected to a sway of its own, which ends with the test. */
const toSway = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const sway = yield* startSway({ runtimeDir, config: swayConfig + config("swaybar_command") })
  return yield* connect(sway.socketPath)
})

/** Connected to an i3 of its own, which ends with the test. */
const toI3 = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const i3 = yield* startI3({ runtimeDir, config: i3Config + config("i3bar_command") })
  return yield* connect(i3.socketPath)
})

/** What a compositor says when it is asked what both understand, and what it then announces. */
const announcements = (ipc: RawIpc, hideBar: string) =>
  Effect.gen(function* () {
    const subscribed = yield* ask(ipc, "subscribe", '["tick"]')
    const firstTick = yield* take(ipc, "tick")
    yield* ask(ipc, "send_tick", "späßig")
    const tick = yield* take(ipc, "tick")

    yield* ask(ipc, "subscribe", '["mode", "workspace", "barconfig_update"]')
    yield* ask(ipc, "command", "mode resize")
    const mode = yield* take(ipc, "mode")
    const bindingState = yield* ask(ipc, "get_binding_state")

    yield* ask(ipc, "command", hideBar)
    const barUpdate = yield* take(ipc, "barconfig_update")
    const bar = yield* ask(ipc, "get_bar_config", "bar-0")
    const noBar = Object.keys(yield* ask(ipc, "get_bar_config", "no-such-bar"))

    yield* ask(ipc, "command", 'workspace "2: mail"')
    const changes = [yield* take(ipc, "workspace"), yield* take(ipc, "workspace"), yield* take(ipc, "workspace")]
    return {
      ...{ subscribed, firstTick, tick, mode, bindingState, barUpdate, bar },
      hasModeOfNoBar: noBar.includes("mode"),
      changes: changes.map(event => event.change).sort(),
      workspaces: yield* ask(ipc, "get_workspaces"),
    }
  })

const bothAnnounce = {
  subscribed: { success: true },
  firstTick: { first: true, payload: "" },
  tick: { first: false, payload: "späßig" },
  mode: { change: "resize", pango_markup: false },
  bindingState: { name: "resize" },
  barUpdate: { id: "bar-0", mode: "hide" },
  bar: { id: "bar-0", mode: "hide" },
  hasModeOfNoBar: false,
  changes: ["empty", "focus", "init"],
  workspaces: [{ num: 2, name: "2: mail", focused: true }],
}

describeWith(swayTools, "sway, the real one", () => {
  it.scoped("replies to every request as the schema says", () =>
    Effect.gen(function* () {
      const ipc = yield* toSway
      for (const name of requestNames) yield* ask(ipc, name)
      expect(yield* ask(ipc, "get_version")).toMatchObject({ variant: "sway" })
      expect(yield* ask(ipc, "get_outputs")).toMatchObject([{ name: "HEADLESS-1", rect: { width: 1280, height: 720 } }])
      expect(yield* ask(ipc, "get_seats")).toMatchObject([{ name: "seat0" }])
      expect(yield* ask(ipc, "sync", "{}")).toEqual({ success: false })
    }),
  )

  it.scoped("announces as the schema says", () =>
    Effect.gen(function* () {
      expect(yield* announcements(yield* toSway, "bar bar-0 mode hide")).toMatchObject(bothAnnounce)
    }),
  )

  it.scoped("stays subscribed to the names before one it does not know", () =>
    Effect.gen(function* () {
      const ipc = yield* toSway
      expect(yield* ask(ipc, "subscribe", '["mode", "no_such_event", "workspace"]')).toEqual({ success: false })
      yield* ask(ipc, "command", "workspace 5; mode resize")
      expect(yield* take(ipc, "mode")).toMatchObject({ change: "resize" })
    }),
  )
})

describeWith(i3Tools, "i3, the real one", () => {
  it.scoped("replies to every request as the schema says, and ignores those of sway", () =>
    Effect.gen(function* () {
      const ipc = yield* toI3
      for (const name of requestNames) {
        if (swayOnlyRequests.has(name)) yield* ipc.write(encodeUnbounded(requestTypes[name], ""))
        else yield* ask(ipc, name)
      }
      // Had one of the last two been replied to, this would be refused for its type.
      expect(yield* ask(ipc, "get_version")).not.toHaveProperty("variant")
      expect(yield* ask(ipc, "sync", "{}")).toEqual({ success: true })
    }),
  )

  it.scoped("announces as the schema says", () =>
    Effect.gen(function* () {
      expect(yield* announcements(yield* toI3, "bar mode hide bar-0")).toMatchObject(bothAnnounce)
    }),
  )

  it.scoped("takes a subscription to anything", () =>
    Effect.gen(function* () {
      const ipc = yield* toI3
      expect(yield* ask(ipc, "subscribe", '["no_such_event", "mode"]')).toEqual({ success: true })
      yield* ask(ipc, "command", "mode resize")
      expect(yield* take(ipc, "mode")).toMatchObject({ change: "resize" })
    }),
  )
})
