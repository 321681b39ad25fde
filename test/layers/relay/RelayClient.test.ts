/** One client's socket, with connections to a compositor as a test gives them. */
import { connect, createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { encodeUnbounded } from "../../../src/layers/ipc/Frame.ts"
import { EVENT_BIT, eventTypes, requestTypes } from "../../../src/layers/ipc/Message.ts"
import type { Connection, ConnectionHandlers } from "../../../src/layers/relay/Connection.ts"
import { makePolicy } from "../../../src/layers/relay/policy/makePolicy.ts"
import { type ClientRules, RelayClient, type RelayClientOptions } from "../../../src/layers/relay/RelayClient.ts"
import { ResyncFrames } from "../../../src/layers/relay/ResyncFrames.ts"
import type { Waiter } from "../../../src/layers/relay/UpstreamPool.ts"
import { noWorkspaces } from "../../../src/layers/relay/workspaces.ts"
import { connectBytes } from "../../support/embeddedClient.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { untilSeen } from "../../support/waiting.ts"

const rules: ClientRules = { policy: undefined, resync: "events", hideShutdown: true, patience: 20, buffer: 1024 }

/** Says that the compositor has ended: in the next turn, or at once. */
const laterNo: RelayClientOptions["compositor"]["confirm"] = (_, tell) => {
  const soon = setImmediate(tell, false)
  return () => clearImmediate(soon)
}
const noAtOnce: RelayClientOptions["compositor"]["confirm"] = (_, tell) => {
  tell(false)
  return () => {}
}

/** Serves clients at a path. `take` is called when one needs a connection, and returns what cancels this. */
const serve = (
  take: (waiter: Waiter) => () => void,
  onClosed: () => void = () => {},
  confirm: RelayClientOptions["compositor"]["confirm"] = laterNo,
  { buffer = rules.buffer, farewell = 20, log = (_: string) => {}, policy = rules.policy } = {},
) =>
  Effect.gen(function* () {
    const path = `${yield* makeScratchDir}/relay.sock`
    const options: RelayClientOptions = {
      compositor: {
        pool: { take, discardReady: () => {}, serve: () => Effect.never },
        current: () => undefined,
        confirm,
      },
      rules: () => ({ ...rules, buffer, policy }),
      farewell,
      workspaces: () => noWorkspaces,
      crowd: () => 0,
      resyncFrames: new ResyncFrames(),
      log,
    }
    yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>(resume => {
        const server = createServer({ allowHalfOpen: true }, socket => {
          void new RelayClient(socket, options)
          socket.on("close", onClosed)
        })
        server.listen(path, () => resume(Effect.succeed(server)))
      }),
      server => Effect.sync(() => server.close()),
    )
    return path
  })

/** A connection to a compositor that says nothing by itself. */
const silentConnection = () => {
  let handlers: ConnectionHandlers | undefined
  const written: Array<Buffer> = []
  const connection: Connection = {
    dialect: "sway",
    knowsOutput: true,
    write: bytes => void written.push(Buffer.from(bytes)),
    handle: next => {
      handlers = next
    },
    close: () => {},
  }
  return {
    connection,
    text: () => Buffer.concat(written).toString("latin1"),
    say: (type: number, payload: string) => handlers?.onData(encodeUnbounded(type, payload)),
    end: () => handlers?.onClose(),
  }
}

it.scopedLive("a client that has gone is given up, although what it asked is never answered", () =>
  Effect.gen(function* () {
    let cancelled = 0
    let isClosed = false
    const take = () => () => {
      cancelled += 1
    }
    const path = yield* serve(take, () => {
      isClosed = true
    })
    const client = connect(path)
    // A subscription is held for as long as it takes.
    client.end(encodeUnbounded(requestTypes.subscribe, '["window"]'))
    yield* untilSeen(
      () => isClosed,
      is => is,
    )
    assert.strictEqual(cancelled, 1)
  }),
)

it.scopedLive("a client that leaves while it waits for the next compositor is not waited for any more", () =>
  Effect.gen(function* () {
    const first = silentConnection()
    const waiting = new Set<Waiter>()
    let isClosed = false
    let isFirst = true
    const take = (waiter: Waiter) => {
      if (isFirst) {
        isFirst = false
        waiter.onConnection(first.connection)
        return () => {}
      }
      waiting.add(waiter)
      return () => void waiting.delete(waiter)
    }
    const onClosed = () => {
      isClosed = true
    }
    const path = yield* serve(take, onClosed, noAtOnce)
    const client = connect(path)
    client.write(encodeUnbounded(requestTypes.get_version, ""))
    yield* untilSeen(first.text, text => text.length > 0)
    first.end()
    assert.strictEqual(waiting.size, 1)
    client.destroy()
    yield* untilSeen(
      () => isClosed,
      is => is,
    )
    assert.strictEqual(waiting.size, 0)
  }),
)

it.scopedLive("a command fails in time while the client's subscriptions are being made again", () =>
  Effect.gen(function* () {
    const [first, second] = [silentConnection(), silentConnection()]
    const connections = [first, second]
    const path = yield* serve(({ onConnection }) => {
      const next = connections.shift()
      if (next !== undefined) onConnection(next.connection)
      return () => {}
    })
    const client = yield* connectBytes(path)
    yield* client.ask("subscribe", '["window"]')
    yield* untilSeen(first.text, text => text.includes("window"))
    first.say(requestTypes.subscribe, '{"success": true}')
    first.end()
    yield* untilSeen(second.text, text => text.includes("window"))
    yield* client.ask("command", "nop")
    yield* untilSeen(
      () => client.received().toString("latin1"),
      text => text.includes("i3pm: there is no compositor"),
    )
    assert.notInclude(second.text(), "nop")
  }),
)

/** Gives each client this connection at once. */
const giving =
  ({ connection }: ReturnType<typeof silentConnection>) =>
  ({ onConnection }: Waiter) => {
    onConnection(connection)
    return () => {}
  }

it.scopedLive("a client whose requests are refused without end leaves turns to others", () =>
  Effect.gen(function* () {
    const refusals = { all: 0, inTurn: 0, most: 0 }
    const log = () => {
      refusals.all += 1
      refusals.inTurn += 1
      refusals.most = Math.max(refusals.most, refusals.inTurn)
    }
    const policy = Either.getOrThrow(makePolicy({ socket: "x", preset: "read-only" }))
    const compositor = silentConnection()
    const path = yield* serve(giving(compositor), () => {}, laterNo, { buffer: 64 * 1024 * 1024, log, policy })
    const client = connect(path)
    client.resume()
    const count = 60_000
    // `get_config` is not in the preset; its frame has no payload.
    const refused = encodeUnbounded(requestTypes.get_config, "")
    client.write(Buffer.concat(Array(count).fill(refused)))
    const turn = () => {
      refusals.inTurn = 0
      if (refusals.all < count) setImmediate(turn)
    }
    turn()
    yield* untilSeen(
      () => refusals.all,
      all => all === count,
    )
    client.destroy()
    const inOneChunk = Math.ceil((64 * 1024) / refused.length)
    assert.isAtMost(refusals.most, inOneChunk)
  }),
)

it.scopedLive("a client that reads gets a reply that is larger than the buffer, and the event right behind it", () =>
  Effect.gen(function* () {
    const compositor = silentConnection()
    const client = connect(yield* serve(giving(compositor), () => {}, laterNo, { buffer: 64 * 1024 }))
    const received: Array<Buffer> = []
    client.on("data", chunk => received.push(chunk))
    client.write(encodeUnbounded(requestTypes.get_tree, ""))
    yield* untilSeen(compositor.text, text => text !== "")
    const payloads = ["x".repeat(2_000_000), '{"change": "new"}'] as const
    compositor.say(requestTypes.get_tree, payloads[0])
    compositor.say(EVENT_BIT + eventTypes.window, payloads[1])
    const all = Buffer.concat([
      encodeUnbounded(requestTypes.get_tree, payloads[0]),
      encodeUnbounded(EVENT_BIT + eventTypes.window, payloads[1]),
    ])
    const seen = yield* untilSeen(
      () => Buffer.concat(received),
      ({ length }) => length >= all.length || client.readableEnded,
    )
    client.destroy()
    assert.isTrue(seen.equals(all), `${seen.length} of ${all.length} bytes`)
  }),
)

describe("a client that does not read for a while", () => {
  const payloads = Array.from({ length: 1000 }, (_, index) => `{"number": ${index}, "padding": "${"x".repeat(3000)}"}`)
  const ticks = Buffer.concat(payloads.map(payload => encodeUnbounded(EVENT_BIT + eventTypes.tick, payload)))
  const patient = { buffer: 2 * ticks.length, farewell: 60_000 }

  it.scopedLive("gets everything in order once it reads, and what comes then", () =>
    Effect.gen(function* () {
      const compositor = silentConnection()
      const client = yield* connectBytes(yield* serve(giving(compositor), () => {}, laterNo, patient), { reads: false })
      yield* client.ask("subscribe", '["tick"]')
      yield* untilSeen(compositor.text, text => text.includes("tick"))
      compositor.say(requestTypes.subscribe, '{"success": true}')
      for (const payload of payloads) compositor.say(EVENT_BIT + eventTypes.tick, payload)
      const received: Array<Buffer> = []
      client.socket.on("data", chunk => received.push(chunk))
      const reply = encodeUnbounded(requestTypes.subscribe, '{"success": true}')
      yield* untilSeen(
        () => Buffer.concat(received),
        all => all.length >= reply.length + ticks.length,
      )
      const last = encodeUnbounded(EVENT_BIT + eventTypes.tick, '{"last": true}')
      compositor.say(EVENT_BIT + eventTypes.tick, '{"last": true}')
      const all = Buffer.concat([reply, ticks, last])
      const seen = yield* untilSeen(
        () => Buffer.concat(received),
        ({ length }) => length >= all.length,
      )
      assert.isTrue(seen.equals(all))
    }),
  )

  it.scopedLive("gets everything before the end, if it has sent its last request", () =>
    Effect.gen(function* () {
      const compositor = silentConnection()
      const path = yield* serve(giving(compositor), () => {}, laterNo, patient)
      const client = connect(path)
      const requests = Buffer.concat(Array(3).fill(encodeUnbounded(requestTypes.get_tree, "")))
      client.end(requests)
      yield* untilSeen(compositor.text, ({ length }) => length === requests.length)
      const replies = ["a", "b", "c"].map(letter => letter.repeat(500_000))
      for (const reply of replies) compositor.say(requestTypes.get_tree, reply)
      const received: Array<Buffer> = []
      client.on("data", chunk => received.push(chunk))
      let isEnded = false
      client.on("end", () => {
        isEnded = true
      })
      yield* untilSeen(
        () => isEnded,
        is => is,
      )
      const all = Buffer.concat(replies.map(reply => encodeUnbounded(requestTypes.get_tree, reply)))
      assert.isTrue(Buffer.concat(received).equals(all))
    }),
  )
})
