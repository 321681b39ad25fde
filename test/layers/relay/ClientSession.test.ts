/** One client of the relay, as a table of what comes in and what goes out. */
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { encodeUnbounded, HEADER_SIZE } from "../../../src/layers/ipc/Frame.ts"
import { FrameScanner } from "../../../src/layers/ipc/FrameScanner.ts"
import {
  EVENT_BIT,
  type EventName,
  eventTypes,
  type RequestName,
  requestTypes,
} from "../../../src/layers/ipc/Message.ts"
import { ClientSession } from "../../../src/layers/relay/ClientSession.ts"
import { makePolicy } from "../../../src/layers/relay/policy/makePolicy.ts"
import { ResyncFrames } from "../../../src/layers/relay/ResyncFrames.ts"
import type { SessionRules } from "../../../src/layers/relay/sessionTypes.ts"
import { noWorkspaces, type Workspaces } from "../../../src/layers/relay/workspaces.ts"

const event = (name: EventName, payload: string) => encodeUnbounded(EVENT_BIT + eventTypes[name], payload)
const frame = (name: RequestName, payload = "") => encodeUnbounded(requestTypes[name], payload)

/** `get_tree ` and its payload, or `workspace! ` for an event. */
const describeFrames = (bytes: Buffer): ReadonlyArray<string> => {
  const found: Array<string> = []
  const error = new FrameScanner().push(bytes, (type, buffer, start, end) => {
    const isEvent = type >= EVENT_BIT
    const names = Object.entries(isEvent ? eventTypes : requestTypes)
    const name = names.find(([, number]) => number === (isEvent ? type - EVENT_BIT : type))?.[0] ?? String(type)
    found.push(`${name}${isEvent ? "!" : ""} ${buffer.toString("utf8", start + HEADER_SIZE, end)}`.trim())
  })
  if (error !== undefined) throw error
  return found
}

const makeSession = (options: Partial<SessionRules> = {}) => {
  let now = 0
  let rules: SessionRules = { policy: undefined, resync: "events", hideShutdown: true, patience: 60_000, ...options }
  const log: Array<string> = []
  const session = new ClientSession(
    {
      toClient: bytes => log.push(...describeFrames(bytes).map(text => `client < ${text}`)),
      end: reason => log.push(`end ${reason}`),
      pause: isPaused => log.push(isPaused ? "pause" : "resume"),
      refused: why => log.push(`refused ${why}`),
    },
    { rules: () => rules, resyncFrames: new ResyncFrames(), now: () => now },
  )
  return {
    session,
    /** Reloads the settings. */
    reload: (next: Partial<SessionRules>) => {
      rules = { ...rules, ...next }
    },
    /** What has happened since the last call. */
    seen: () => log.splice(0),
    attach: (facts: { readonly dialect?: "sway" | "i3"; readonly knowsOutput?: boolean } = {}) =>
      session.attach({
        write: bytes => void log.push(...describeFrames(Buffer.from(bytes)).map(text => `sway < ${text}`)),
        dialect: "sway",
        knowsOutput: true,
        ...facts,
      }),
    wait: (milliseconds: number) => {
      now += milliseconds
      return session.expire()
    },
  }
}

const tree = (
  ...workspaces: ReadonlyArray<{ readonly id: number; readonly name: string; readonly focused?: boolean }>
) =>
  JSON.stringify({
    type: "root",
    name: "root",
    nodes: [
      { type: "output", name: "__i3", nodes: [{ type: "workspace", id: 2, name: "__i3_scratch", nodes: [] }] },
      {
        type: "output",
        name: "HEADLESS-1",
        nodes: workspaces.map(workspace => ({ type: "workspace", focused: false, nodes: [], ...workspace })),
      },
    ],
  })

const workspaces = (...nodes: ReadonlyArray<Record<string, unknown>>): Workspaces => ({ nodes, focused: nodes[0] })

describe("with a compositor", () => {
  it("passes requests, replies and events on, each byte as it is", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(Buffer.concat([frame("get_version"), frame("command", "workspace  3")]))
    expect(seen()).toEqual(["sway < get_version", "sway < command workspace  3"])
    session.fromCompositor(frame("get_version", '{"major": 1}'))
    session.fromCompositor(Buffer.concat([frame("command", "[]"), event("window", '{"change": "new"}')]))
    expect(seen()).toEqual([
      'client < get_version {"major": 1}',
      "client < command []",
      'client < window! {"change": "new"}',
    ])
  })

  it("passes on a type that it does not know, and the answer if there is one", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(encodeUnbounded(77, "x"))
    session.fromClient(frame("get_marks"))
    session.fromCompositor(frame("get_marks", "[]"))
    session.fromCompositor(encodeUnbounded(77, "y"))
    expect(seen()).toEqual(["sway < 77 x", "sway < get_marks", "client < get_marks []", "client < 77 y"])
  })

  it("answers itself what would end sway", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(frame("subscribe", '["window", null]'))
    expect(seen()).toEqual(['client < subscribe {"success": false}'])
  })

  it.each(["[null]\0", "[NULL,]", "['window', null]", '["window" , /* all */ null ] x', "[null, {}]"])(
    "answers itself what would end sway, in any spelling that sway reads: %j",
    payload => {
      const { attach, seen, session } = makeSession()
      attach()
      session.fromClient(frame("subscribe", payload))
      expect(seen()).toEqual(['client < subscribe {"success": false}'])
    },
  )

  it("answers what it refuses although i3 never answers the request before it", () => {
    const policy = Either.getOrThrow(makePolicy({ socket: "x", preset: "bar" }))
    const { attach, seen, session } = makeSession({ policy })
    attach({ dialect: "i3" })
    session.fromClient(Buffer.concat([frame("get_inputs"), frame("command", "exit")]))
    const refusal = expect.stringMatching(/^client < command \[\{"success":false/)
    expect(seen()).toEqual([expect.stringContaining("refused"), "sway < get_inputs", refusal])
  })

  it("gives its own answer before the reply to a later request, although an earlier one was ignored", () => {
    const policy = Either.getOrThrow(makePolicy({ socket: "x", preset: "bar" }))
    const { attach, seen, session } = makeSession({ policy })
    session.fromClient(Buffer.concat([frame("get_inputs"), frame("command", "exit"), frame("get_version")]))
    attach({ dialect: "i3" })
    seen()
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual([
      expect.stringMatching(/^client < command \[ \{ "success": false/),
      "client < get_version {}",
    ])
  })

  it("closes at bytes that are no frame, after what came before them", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(Buffer.concat([frame("get_version"), Buffer.from("close-sway-ipc")]))
    expect(seen()).toEqual(["sway < get_version", "end NotTheProtocol"])
  })

  it("reads no more from a client that waits for too much, and goes on when there is room", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(Buffer.concat(Array.from({ length: 4096 }, () => frame("get_version"))))
    expect(seen().at(-1)).toBe("pause")
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(["client < get_version {}", "resume"])
  })

  it("gives a client that sends no more what it waits for, then the end", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(frame("get_version"))
    session.clientEnded()
    expect(seen()).toEqual(["sway < get_version"])
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(["client < get_version {}", "end Done"])
  })
})

describe("when the compositor goes", () => {
  it("asks the next one what only asks, and answers what changes something as failed, in their order", () => {
    const { attach, seen, session } = makeSession()
    attach()
    session.fromClient(Buffer.concat([frame("get_tree"), frame("command", "exec x"), frame("send_tick", "t")]))
    seen()
    session.detach(noWorkspaces)
    expect(seen(), "the tree's reply has to come first").toEqual([])
    attach()
    expect(seen()).toEqual(["sway < get_tree"])
    session.fromCompositor(frame("get_tree", "{}"))
    const [first, command, tick] = seen()
    expect(first).toBe("client < get_tree {}")
    expect(command).toMatch(
      /^client < command \[ \{ "success": false, "parse_error": false, "error": "i3pm: .*not known" \} \]$/,
    )
    expect(tick).toMatch(/^client < send_tick \{ "success": false, "error": /)
  })

  it("fails a command after 2 s, and has never sent it", () => {
    const { attach, seen, session, wait } = makeSession()
    session.fromClient(frame("command", "exec x"))
    expect(wait(0)).toBe(2000)
    wait(1999)
    expect(seen()).toEqual([])
    wait(1)
    expect(seen()).toEqual([expect.stringMatching(/^client < command \[ \{ "success": false/)])
    attach()
    expect(seen()).toEqual([])
  })

  it("sends a command that a compositor comes in time for, once", () => {
    const { attach, seen, session, wait } = makeSession()
    session.fromClient(frame("command", "exec x"))
    wait(1000)
    attach()
    expect(seen()).toEqual(["sway < command exec x"])
    expect(wait(5000)).toBe(Number.POSITIVE_INFINITY)
    session.detach(noWorkspaces)
    expect(seen()).toEqual([expect.stringMatching(/^client < command .*not known/)])
    attach()
    expect(seen()).toEqual([])
  })

  it("ends a short-lived client with its query after 2.5 s, and no other", () => {
    const young = makeSession()
    young.session.fromClient(frame("get_version"))
    expect(young.wait(2499)).toBe(2500)
    young.wait(1)
    expect(young.seen()).toEqual(["end NoCompositor"])

    const old = makeSession()
    old.wait(3000)
    old.session.fromClient(frame("get_version"))
    expect(old.wait(100_000)).toBe(Number.POSITIVE_INFINITY)

    const subscriber = makeSession()
    subscriber.session.fromClient(Buffer.concat([frame("subscribe", '["window"]'), frame("get_tree")]))
    expect(subscriber.wait(100_000)).toBe(Number.POSITIVE_INFINITY)

    // yambar sends these together, in this order.
    const yambar = makeSession()
    yambar.session.fromClient(frame("get_version"))
    yambar.session.fromClient(frame("subscribe", '["workspace"]'))
    expect(yambar.wait(100_000), "yambar").toBe(Number.POSITIVE_INFINITY)
    expect([...old.seen(), ...subscriber.seen(), ...yambar.seen()]).toEqual([])
  })
})

describe("shutdown", () => {
  const exit = event("shutdown", '{"change": "exit"}')

  it("is never passed on by default", () => {
    const { attach, seen, session, wait } = makeSession()
    attach()
    session.fromCompositor(exit)
    session.detach(noWorkspaces)
    wait(1_000_000)
    expect(seen()).toEqual([])
  })

  it("is passed on after the patience, unless there is a compositor again", () => {
    const { attach, seen, session, wait } = makeSession({ hideShutdown: false, patience: 1000 })
    attach()
    session.fromCompositor(exit)
    session.detach(noWorkspaces)
    attach()
    wait(2000)
    expect(seen()).toEqual([])
    session.fromCompositor(exit)
    session.detach(noWorkspaces)
    expect(wait(999)).toBe(3000)
    wait(1)
    expect(seen()).toEqual(['client < shutdown! {"change": "exit"}'])
    wait(5000)
    expect(seen()).toEqual([])
  })

  it("is not i3's restart in place", () => {
    const { attach, seen, session, wait } = makeSession({ hideShutdown: false, patience: 1000 })
    attach({ dialect: "i3" })
    session.fromCompositor(event("shutdown", '{"change":"restart"}'))
    session.detach(noWorkspaces)
    wait(5000)
    expect(seen()).toEqual([])
  })
})

describe("a new compositor", () => {
  /** A client that has subscribed, and has lost its compositor. */
  const subscriber = (names: ReadonlyArray<EventName>, options: Partial<SessionRules> = {}, before = noWorkspaces) => {
    const all = makeSession(options)
    all.attach()
    all.session.fromClient(frame("subscribe", JSON.stringify(names)))
    all.session.fromCompositor(frame("subscribe", '{"success": true}'))
    all.session.detach(before)
    all.seen()
    return all
  }

  it("gets the subscriptions one by one; the client hears what changed, then what it has asked", () => {
    const before = workspaces({ id: 4, name: "1", type: "workspace", nodes: [{ id: 9 }], focused: true })
    const { attach, seen, session } = subscriber(["workspace", "mode"], {}, before)
    session.fromClient(frame("get_workspaces"))
    attach()
    expect(seen()).toEqual([
      'sway < subscribe ["workspace"]',
      'sway < subscribe ["mode"]',
      "sway < get_binding_state",
      "sway < get_tree",
      "sway < get_version",
    ])
    for (const _ of ["workspace", "mode"]) session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(frame("get_binding_state", '{ "name": "resize" }'))
    session.fromCompositor(frame("get_tree", tree({ id: 4, name: "7", focused: true }, { id: 5, name: "8" })))
    expect(seen(), "nothing of this is for the client").toEqual([])
    session.fromCompositor(frame("get_version", "{}"))
    const [empty, init, second, focus, mode, ...rest] = seen()
    expect(empty).toBe(
      'client < workspace! { "change": "empty", "old": null, "current": { "id": 4, "name": "1", "type": "workspace", "nodes": [ ], "focused": false } }',
    )
    expect(init).toMatch(/workspace! \{ "change": "init", "old": null, "current": \{ .*"name": "7"/)
    expect(second).toMatch(/"init".*"name": "8"/)
    expect(focus).toMatch(/"change": "focus", "old": \{ "id": 4, "name": "1".*"current": .*"name": "7"/)
    expect(mode).toBe('client < mode! { "change": "resize", "pango_markup": false }')
    expect(rest).toEqual(["sway < get_workspaces"])
  })

  it.each(["['window','mode']", '["window", "mode",]', '["window","mode"]\0', '/* bar */ ["window","mode"] # all'])(
    "gets subscriptions that sway has read from less than strict JSON: %j",
    payload => {
      const { attach, seen, session } = makeSession()
      attach()
      session.fromClient(frame("subscribe", payload))
      session.fromCompositor(frame("subscribe", '{"success": true}'))
      expect([...session.subscribed]).toEqual(["window", "mode"])
      session.detach(noWorkspaces)
      seen()
      attach()
      expect(seen().slice(0, 2)).toEqual(['sway < subscribe ["window"]', 'sway < subscribe ["mode"]'])
    },
  )

  it("passes its events on at once, but for the first tick", () => {
    const { attach, seen, session } = subscriber(["tick", "window"])
    attach()
    seen()
    session.fromCompositor(event("window", '{"change": "new"}'))
    session.fromCompositor(event("tick", '{"first": true, "payload": ""}'))
    session.fromCompositor(event("tick", '{"first": false, "payload": "mine"}'))
    expect(seen()).toEqual(['client < window! {"change": "new"}', 'client < tick! {"first": false, "payload": "mine"}'])
  })

  it("never makes what the client hears older: an event behind a reply about the state comes after what is made of it", () => {
    const { attach, seen, session } = subscriber(["workspace", "mode", "barconfig_update"])
    attach()
    const mode = event("mode", '{"change": "resize"}')
    const focus = event("workspace", '{"change": "focus", "old": null, "current": {"id": 5, "name": "2"}}')
    for (let name = 0; name < 3; name += 1) session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(Buffer.concat([frame("get_binding_state", '{ "name": "default" }'), mode]))
    session.fromCompositor(frame("get_bar_config", '[ "bar-0" ]'))
    session.fromCompositor(Buffer.concat([frame("get_tree", tree({ id: 4, name: "1", focused: true })), focus]))
    session.fromCompositor(frame("get_version", "{}"))
    session.fromCompositor(Buffer.concat([frame("get_bar_config", '{ "id": "bar-0" }'), frame("get_version", "{}")]))
    const heard = seen().filter(text => text.startsWith("client"))
    expect(heard.filter(text => text.includes("mode!"))).toEqual([
      'client < mode! { "change": "default", "pango_markup": false }',
      'client < mode! {"change": "resize"}',
    ])
    expect(heard.at(-1)).toContain('"current": {"id": 5')
    expect(session.counts.framesToClient).toBe(1 + heard.length)
    session.fromCompositor(mode)
    expect(seen()).toEqual(['client < mode! {"change": "resize"}'])
  })

  it("that ends before all is said takes its kept events with it", () => {
    const { attach, seen, session } = subscriber(["mode"])
    attach()
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(frame("get_binding_state", '{ "name": "default" }'))
    session.fromCompositor(event("mode", '{"change": "resize"}'))
    session.detach(noWorkspaces)
    attach()
    seen()
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(Buffer.concat([frame("get_binding_state", '{ "name": "x" }'), frame("get_version", "{}")]))
    expect(seen()).toEqual(['client < mode! { "change": "x", "pango_markup": false }'])
  })

  it("forgets a subscription that it refuses", () => {
    const { attach, seen, session } = subscriber(["output", "window"], { resync: "none" })
    attach({ knowsOutput: false })
    seen()
    session.fromCompositor(frame("subscribe", '{"success": false}'))
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(frame("get_version", "{}"))
    expect([...session.subscribed]).toEqual(["window"])
    expect(seen()).toEqual([])
  })

  it.each([
    { resync: "reload", expected: ['client < workspace! { "change": "reload", "old": null, "current": null }'] },
    { resync: "none", expected: [] },
  ] as const)("with resync = $resync tells only that", ({ expected, resync }) => {
    const { attach, seen, session } = subscriber(["workspace"], { resync })
    attach()
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    if (resync === "reload") session.fromCompositor(frame("get_tree", tree({ id: 4, name: "7" })))
    seen()
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(expected)
  })

  it("asks for each bar, and passes on its configuration byte for byte", () => {
    const { attach, seen, session } = subscriber(["barconfig_update"])
    attach()
    seen()
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(frame("get_bar_config", '[ "bar-0" ]'))
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(["sway < get_bar_config bar-0", "sway < get_version"])
    session.fromCompositor(frame("get_bar_config", '{ "id":  "bar-0" }'))
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(['client < barconfig_update! { "id":  "bar-0" }'])
  })

  it("may go before all is said; then the next one is compared with what the client knows", () => {
    const before = workspaces({ id: 4, name: "old", nodes: [] })
    const { attach, seen, session } = subscriber(["workspace"], {}, before)
    attach()
    session.fromClient(frame("command", "nop"))
    session.detach(workspaces({ id: 9, name: "never told", nodes: [] }))
    attach()
    seen()
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    session.fromCompositor(frame("get_tree", tree({ id: 4, name: "old" })))
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(["sway < command nop"])
  })

  it("keeps the names before an unknown one, as sway does", () => {
    const all = makeSession()
    all.attach()
    all.session.fromClient(frame("subscribe", '["window", "_error", "mode"]'))
    all.session.fromCompositor(frame("subscribe", '{"success": false}'))
    expect([...all.session.subscribed]).toEqual(["window"])
  })
})

describe("a policy", () => {
  it("answers in the order of the requests, and counts and logs what it refuses", () => {
    const { attach, seen, session } = makeSession({
      policy: {
        allowsEvent: () => true,
        judge: type =>
          type === requestTypes.command
            ? { _tag: "Refuse", answer: "no", why: "exec" }
            : type === requestTypes.get_tree
              ? { _tag: "Rewrite", payload: "rewritten" }
              : type === 99
                ? { _tag: "Ignore" }
                : { _tag: "Pass" },
      },
    })
    attach()
    session.fromClient(
      Buffer.concat([frame("get_version"), frame("command", "exec"), frame("get_tree"), encodeUnbounded(99, "")]),
    )
    expect(seen()).toEqual(["refused exec", "sway < get_version", "sway < get_tree rewritten"])
    session.fromCompositor(frame("get_version", "{}"))
    expect(seen()).toEqual(["client < get_version {}", "client < command no"])
    expect(session.counts.refused).toBe(1)
  })

  it("that is reloaded holds for the next request and the next event, and for what is subscribed again", () => {
    const policyOf = (...events: ReadonlyArray<string>) =>
      Either.getOrThrow(makePolicy({ socket: "x", events, requests: ["get_marks"] }))
    const { attach, reload, seen, session } = makeSession({ policy: policyOf("window", "mode") })
    attach()
    session.fromClient(frame("subscribe", '["window","mode"]'))
    session.fromCompositor(frame("subscribe", '{"success": true}'))
    seen()
    reload({ policy: policyOf("mode"), resync: "none" })
    session.fromCompositor(Buffer.concat([event("window", "{}"), event("mode", "{}")]))
    expect(seen()).toEqual(["client < mode! {}"])
    session.fromClient(frame("subscribe", '["window"]'))
    expect(seen()).toEqual([
      "refused a subscription to an event that is not listed: window",
      'client < subscribe {"success": false}',
    ])
    session.detach(noWorkspaces)
    attach()
    expect(seen()).toEqual(['sway < subscribe ["mode"]', "sway < get_version"])
    expect(session.subscribed).toEqual(new Set(["mode"]))
  })

  it("of a restricted socket sends on what it understood, and answers the rest in order", () => {
    const policy = Either.getOrThrow(makePolicy({ socket: "x", preset: "bar" }))
    const { attach, seen, session } = makeSession({ policy })
    attach()
    session.fromClient(
      Buffer.concat([
        frame("command", 'workspace  "a b" ;'),
        frame("command", " "),
        frame("command", "scratchpad show\nexec x"),
        frame("subscribe", '["window", "shutdown"]'),
        encodeUnbounded(77, "exec x"),
      ]),
    )
    expect(seen()).toEqual([
      "refused a command with a control character: scratchpad show\\nexec x",
      "refused a subscription to an event that is not listed: shutdown",
      'sway < command workspace "a b"',
    ])
    session.fromCompositor(frame("command", "[]"))
    const error = "i3pm: not allowed on this socket"
    expect(seen()).toEqual([
      "client < command []",
      "client < command [ ]",
      `client < command [ { "success": false, "parse_error": false, "error": "${error}" } ]`,
      'client < subscribe {"success": false}',
    ])
    expect(session.subscribed).toEqual(new Set())
    expect(session.counts.refused).toBe(2)
  })
})
