/** The library without Effect, beside an embedded compositor. */
import { getEventListeners } from "node:events"
import { assert, describe, it } from "vitest"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import {
  CommandError,
  ConnectError,
  connect,
  QuoteError,
  RequestError,
  type SwayClient,
  SwayError,
} from "../../../src/library/promise.ts"
import { startCompositor, type TestCompositor } from "../../../src/library/testing.ts"

/** Runs a test beside a compositor of its own. */
const beside = (test: (sway: SwayClient, compositor: TestCompositor) => Promise<void>) => async () => {
  const compositor = await startCompositor()
  const sway = await connect({ socket: compositor.socketPath })
  try {
    await test(sway, compositor)
  } finally {
    await sway.close()
    await compositor.close()
  }
}

/** What a promise rejects with. */
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("it should have been rejected"),
    (cause: unknown) => cause,
  )

/** Sends ticks until the iteration has one: the subscription is made in the background. */
const tickUntil = async (sway: SwayClient, first: Promise<unknown>) => {
  let isThere = false
  void first.then(() => {
    isThere = true
  })
  while (!isThere) await sway.sendTick("again")
}

describe("connect", () => {
  it(
    "asks and commands",
    beside(async sway => {
      assert.deepStrictEqual(
        (await sway.getWorkspaces()).map(({ name }) => name),
        ["1", "2"],
      )
      assert.strictEqual((await sway.getVersion()).major, 1)
      assert.strictEqual((await sway.getTree()).type, "root")
      assert.strictEqual((await sway.focused())?.app_id, "foot")
      assert.deepStrictEqual(await sway.getBarIds(), ["bar-0"])
      assert.strictEqual((await sway.getBarConfig("bar-0")).id, "bar-0")
      assert.strictEqual((await sway.health()).status, "healthy")
      assert.deepStrictEqual(await sway.request("get_binding_state"), { name: "default" })
      await sway.command`workspace ${"a b"}`
      assert.strictEqual((await sway.tree()).find({ focused: true })?.name, "a b")
    }),
  )

  it(
    "rejects with classes that have a reason",
    beside(async (sway, compositor) => {
      const refused = await rejection(sway.command("frobnicate"))
      assert.instanceOf(refused, CommandError)
      assert.instanceOf(refused, SwayError)
      assert.deepInclude({ ...(refused as CommandError) }, { reason: "NotUnderstood", command: "frobnicate" })
      assert.instanceOf(await rejection(sway.command`workspace ${"a\nb"}`), QuoteError)
      const noBar = await rejection(sway.getBarConfig("bar-7"))
      assert.strictEqual(noBar instanceof RequestError && noBar.reason, "NoSuchBar")
      await compositor.inject(Fault.Hang())
      const late = await rejection(sway.getVersion({ timeout: 1 }))
      assert.strictEqual(late instanceof RequestError && late.reason, "Timeout")
      const signal = AbortSignal.abort(new Error("enough"))
      assert.strictEqual(String(await rejection(sway.getVersion({ signal }))), "Error: enough")
      const abort = new AbortController()
      const waiting = rejection(sway.getVersion({ signal: abort.signal }))
      abort.abort(new Error("enough"))
      assert.strictEqual(String(await waiting), "Error: enough")
    }),
  )

  it(
    "warns of nothing where one signal is for all that a service waits for, and leaves no listener",
    beside(async sway => {
      // A warning of Node fails any test.
      const stop = new AbortController()
      const { signal } = stop
      await Promise.all(Array.from({ length: 20 }, () => sway.getMarks({ signal })))
      const changes = Array.from({ length: 20 }, () => sway.changes(["window"], { signal }))
      await Promise.all(changes.map(each => each.next()))
      stop.abort()
      const ends = await Promise.all(changes.map(each => each.next()))
      assert.deepStrictEqual(new Set(ends.map(({ done }) => done)), new Set([true]))
      assert.isEmpty(getEventListeners(signal, "abort"))
    }),
  )

  it(
    "rejects what is no request, and sends nothing",
    beside(async sway => {
      const request = (name: string) => sway.request(JSON.parse(JSON.stringify(name)), "workspace 5")
      assert.include(String(await rejection(request("bogus"))), 'TypeError: "bogus" is not a request of Sway or i3')
      assert.include(String(await rejection(request("subscribe"))), "TypeError: request does not subscribe")
      assert.deepStrictEqual(
        (await sway.getWorkspaces()).map(({ name }) => name),
        ["1", "2"],
      )
    }),
  )

  it("says why there is no connection, or waits until it is told not to", async () => {
    const none = await rejection(connect({ socket: "/nowhere/sway.sock" }))
    assert.strictEqual(none instanceof ConnectError && none.reason, "NoCompositor")
    assert.include(String(none), "/nowhere/sway.sock")
    const bad = await rejection(connect({ socket: "" }))
    assert.strictEqual(bad instanceof ConnectError && bad.reason, "BadSettings")
    assert.strictEqual(String(bad), 'ConnectError: socket in option socket must be the path of a socket, not ""')
    const signal = AbortSignal.timeout(50)
    const aborted = await rejection(connect({ socket: "/nowhere/sway.sock", wait: true, signal }))
    assert.strictEqual(aborted instanceof DOMException && aborted.name, "TimeoutError")
  })
})

describe("an iteration", () => {
  it(
    "ends with break",
    beside(async (sway, compositor) => {
      const ticks = sway.events("tick")
      const first = ticks.next()
      await tickUntil(sway, first)
      assert.deepStrictEqual((await first).value, { first: true, payload: "" })
      for await (const { payload } of ticks) {
        assert.strictEqual(payload, "again")
        break
      }
      assert.deepStrictEqual(await ticks.next(), { done: true, value: undefined })
      while (compositor.connections() > 1) await new Promise(setImmediate)
    }),
  )

  it(
    "ends with its signal, also while it waits",
    beside(async sway => {
      const abort = new AbortController()
      const waiting = sway.events("window", { signal: abort.signal }).next()
      abort.abort()
      assert.deepStrictEqual(await waiting, { done: true, value: undefined })
      const never = sway.changes(["window"], { signal: abort.signal })
      assert.deepStrictEqual(await never.next(), { done: true, value: undefined })
    }),
  )

  it(
    "ends with an error where the compositor refuses the event, and goes on without it among others",
    beside(async (sway, compositor) => {
      await compositor.inject(Fault.RefuseSubscriptions())
      const outputs = sway.events("output")
      const refused = await rejection(outputs.next())
      assert.strictEqual(refused instanceof RequestError && refused.reason, "Unsupported")
      assert.include(String(refused), "output")
      assert.deepStrictEqual(await outputs.next(), { done: true, value: undefined })
      while (compositor.connections() > 1) await new Promise(setImmediate)
      assert.strictEqual((await sway.changes(["output"]).next()).value?._tag, "State")
    }),
  )

  it(
    "is refused at once for what is no event",
    beside(async sway => {
      const unknown: ReadonlyArray<never> = JSON.parse('["bogus"]')
      const text: ReadonlyArray<never> = JSON.parse('"window"')
      assert.throws(() => sway.events(...(unknown as [never])), TypeError, '"bogus" is not an event of Sway or i3')
      assert.throws(() => sway.changes(unknown), TypeError, '"bogus" is not an event of Sway or i3')
      assert.throws(() => sway.changes(text), TypeError, 'a list of events, such as ["window"]')
    }),
  )

  it(
    "gives what waits in its order to reads that do not wait for each other",
    beside(async (sway, compositor) => {
      const changes = sway.changes(["mode"])
      assert.strictEqual((await changes.next()).value?._tag, "State")
      const reads = [changes.next(), changes.next(), changes.next()]
      for (const change of ["one", "two", "three"]) compositor.emit("mode", { change })
      const told = (await Promise.all(reads)).map(({ value }) =>
        value?._tag === "Event" ? value.payload.change : value,
      )
      assert.deepStrictEqual(told, ["one", "two", "three"])
      const waiting = changes.next()
      await changes.return?.()
      assert.deepStrictEqual(await waiting, { done: true, value: undefined })
    }),
  )

  it(
    "ends with close, and requests after it are rejected",
    beside(async sway => {
      const waiting = sway.events("window").next()
      await sway.close()
      assert.deepStrictEqual(await waiting, { done: true, value: undefined })
      const closed = await rejection(sway.getVersion())
      assert.strictEqual(closed instanceof RequestError && closed.reason, "Closed")
      assert.deepStrictEqual(await sway.events("window").next(), { done: true, value: undefined })
    }),
  )

  it(
    "goes on after a reconnection, with the state",
    beside(async (sway, compositor) => {
      const changes = sway.changes(["mode"])
      const first = (await changes.next()).value
      assert.strictEqual(first?._tag === "State" && first.reason, "start")
      await compositor.inject(Fault.Drop())
      assert.deepStrictEqual((await changes.next()).value, { _tag: "Disconnected" })
      const second = (await changes.next()).value
      assert.strictEqual(second?._tag === "State" && second.reason, "reconnected")
      await sway.command("mode resize")
      const third = (await changes.next()).value
      assert.strictEqual(third?._tag === "Event" && third.payload.change, "resize")
    }),
  )

  it(
    "tells the state and its end also without events",
    beside(async (sway, compositor) => {
      const changes = sway.changes([])
      assert.strictEqual((await changes.next()).value?._tag, "State")
      compositor.emit("shutdown", { change: "exit" })
      await compositor.inject(Fault.Drop())
      assert.deepStrictEqual((await changes.next()).value, { _tag: "Disconnected" })
      assert.strictEqual((await changes.next()).value?._tag, "State")
    }),
  )
})
