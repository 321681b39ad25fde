/** One client's socket beside a pool that has no compositor to give. */
import { connect, createServer } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeUnbounded } from "../../../src/layers/ipc/Frame.ts"
import { requestTypes } from "../../../src/layers/ipc/Message.ts"
import { type ClientRules, RelayClient } from "../../../src/layers/relay/RelayClient.ts"
import { noWorkspaces } from "../../../src/layers/relay/workspaces.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

it.scopedLive("a client that has gone is given up, although what it asked is never answered", () =>
  Effect.gen(function* () {
    const path = `${yield* makeScratchDir}/relay.sock`
    let cancelled = 0
    const take = () => () => {
      cancelled += 1
    }
    const options = {
      compositor: {
        pool: { take, discardReady: () => {}, serve: () => Effect.never },
        current: () => undefined,
        confirm: () => () => {},
      },
      rules: (): ClientRules => ({
        policy: undefined,
        resync: "events",
        hideShutdown: true,
        patience: 20,
        buffer: 1024,
      }),
      farewell: 20,
      workspaces: () => noWorkspaces,
      log: () => {},
    } as const
    yield* Effect.async<void>(resume => {
      const server = createServer({ allowHalfOpen: true }, socket => {
        void new RelayClient(socket, options)
        socket.on("close", () => server.close(() => resume(Effect.void)))
      })
      server.listen(path, () => {
        const client = connect(path)
        // A subscription is held for as long as it takes.
        client.end(encodeUnbounded(requestTypes.subscribe, '["window"]'))
      })
    })
    assert.strictEqual(cancelled, 1)
  }),
)
