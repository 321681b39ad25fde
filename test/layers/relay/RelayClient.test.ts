/** One client's socket beside a pool that has no compositor to give. */
import { connect, createServer, type Socket } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeUnbounded } from "../../../src/layers/ipc/Frame.ts"
import { requestTypes } from "../../../src/layers/ipc/Message.ts"
import { type ClientRules, RelayClient, type RelayClientOptions } from "../../../src/layers/relay/RelayClient.ts"
import type { Connection, UpstreamPool } from "../../../src/layers/relay/UpstreamPool.ts"
import { noWorkspaces } from "../../../src/layers/relay/workspaces.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const rules = (): ClientRules => ({
  policy: undefined,
  resync: "events",
  hideShutdown: true,
  patience: 20,
  buffer: 1024,
})

/** A relay client on a real socket. Ends when the client has gone; `onClient` gets the client's own end. */
const serveOne = (
  path: string,
  compositor: RelayClientOptions["compositor"],
  onClient: (client: Socket) => void,
): Effect.Effect<void> =>
  Effect.async<void>(resume => {
    const options = { compositor, rules, farewell: 20, workspaces: () => noWorkspaces, log: () => {} }
    const server = createServer({ allowHalfOpen: true }, socket => {
      void new RelayClient(socket, options)
      socket.on("close", () => server.close(() => resume(Effect.void)))
    })
    server.listen(path, () => onClient(connect(path)))
  })

it.scopedLive("a client that leaves while it waits for the next compositor is not waited for any more", () =>
  Effect.gen(function* () {
    const path = `${yield* makeScratchDir}/relay.sock`
    let taken = 0
    let waiting = 0
    let lose = () => {}
    const first: Connection = {
      write: () => {},
      dialect: "sway",
      knowsOutput: true,
      close: () => {},
      handle: ({ onClose }) => {
        lose = () => onClose(undefined)
      },
    }
    const take: UpstreamPool["take"] = waiter => {
      taken += 1
      if (taken === 1) {
        waiter(first)
        return () => {}
      }
      waiting += 1
      return () => {
        waiting -= 1
      }
    }
    const compositor = {
      pool: { take, discardReady: () => {}, serve: () => Effect.never },
      current: () => undefined,
      // The connection is known to be lost: this is told at once.
      confirm: (_: number | undefined, tell: (isThere: boolean) => void) => {
        tell(false)
        return () => {}
      },
    }
    yield* serveOne(path, compositor, client => {
      client.on("connect", () =>
        setImmediate(() => {
          lose()
          assert.strictEqual(waiting, 1)
          client.destroy()
        }),
      )
    })
    assert.deepStrictEqual({ taken, waiting }, { taken: 2, waiting: 0 })
  }),
)

it.scopedLive("a client that has gone is given up, although what it asked is never answered", () =>
  Effect.gen(function* () {
    const path = `${yield* makeScratchDir}/relay.sock`
    let cancelled = 0
    const take = () => () => {
      cancelled += 1
    }
    const compositor = {
      pool: { take, discardReady: () => {}, serve: () => Effect.never },
      current: () => undefined,
      confirm: () => () => {},
    }
    yield* serveOne(path, compositor, client => {
      // A subscription is held for as long as it takes.
      client.end(encodeUnbounded(requestTypes.subscribe, '["window"]'))
    })
    assert.strictEqual(cancelled, 1)
  }),
)
