/** A compositor in the test's own process, on a real socket, that does with each request what the test says. */
import { chmodSync, chownSync, rmSync } from "node:fs"
import { createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { encodeUnbounded, FrameDecoder } from "../../src/layers/ipc/Frame.ts"
import {
  EVENT_BIT,
  type EventName,
  eventTypes,
  type RequestName,
  requestNames,
  requestTypes,
} from "../../src/layers/ipc/Message.ts"
import { runsAsRoot, TEST_GID, TEST_UID } from "./TestUser.ts"

/** A request, and the connection that it came on. */
export interface Asked {
  readonly name: RequestName
  readonly client: Socket
  readonly reply: (json: unknown) => void
}

/** The frame of an event. */
export const eventFrame = (event: EventName, json: unknown): Buffer =>
  encodeUnbounded(EVENT_BIT + eventTypes[event], JSON.stringify(json) ?? "")

/** Listens at `path` until the scope ends. The result closes it and all connections, as a crash does, and removes the file. */
export const startScripted = (
  path: string,
  onRequest: (asked: Asked) => void,
): Effect.Effect<() => void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<() => void>(resume => {
      const clients = new Set<Socket>()
      const server = createServer(client => {
        const decoder = new FrameDecoder()
        clients.add(client)
        client.on("error", () => {})
        client.on("close", () => clients.delete(client))
        client.on("data", chunk => {
          decoder.push(chunk, ({ type }) => {
            const name = requestNames.find(each => requestTypes[each] === type)
            if (name === undefined) return
            const reply = (json: unknown) => void client.write(encodeUnbounded(type, JSON.stringify(json) ?? ""))
            onRequest({ name, client, reply })
          })
        })
      })
      server.listen(path, () => {
        chmodSync(path, 0o600)
        if (runsAsRoot) chownSync(path, TEST_UID, TEST_GID)
        resume(
          Effect.succeed(() => {
            server.close()
            rmSync(path, { force: true })
            for (const client of clients) client.destroy()
          }),
        )
      })
    }),
    close => Effect.sync(close),
  )
