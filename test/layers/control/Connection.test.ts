/** What one client can make a line server hold, in bytes: what SECURITY.md says. */
import { createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { MAX_LINE, MAX_UNREAD } from "../../../src/layers/control/ConnectedClient.ts"
import { Connection } from "../../../src/layers/control/Connection.ts"
import { FairScheduler } from "../../../src/layers/control/FairScheduler.ts"
import { connectBytes } from "../../support/embeddedClient.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { untilSeen } from "../../support/waiting.ts"

/** A listener that serves its clients by connections, and gives access to the first one's socket. */
const start = (onLine: (line: string, socket: Socket) => Effect.Effect<string | undefined>) =>
  Effect.gen(function* () {
    const path = `${yield* makeScratchDir}/ipc.sock`
    const accepted: Array<Socket> = []
    const scheduler = new FairScheduler()
    yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>(resume => {
        const server = createServer({ allowHalfOpen: true }, socket => {
          accepted.push(socket)
          const connection = new Connection<never>(socket, {
            lines: { tooLong: "too long", notUtf8: "not UTF-8", tooMany: "too many" },
            onLine: line => onLine(line, socket),
            onClientError: () => Effect.void,
            begin: () => {},
            finish: () => {},
            run: Effect.runFork,
            scheduler,
          })
          socket.on("error", () => {})
          socket.on("close", () => connection.close())
        }).listen(path, () => resume(Effect.succeed(server)))
      }),
      server =>
        Effect.sync(() => {
          for (const socket of accepted) socket.destroy()
          server.close()
        }),
    )
    return { path, accepted }
  })

describe("what one client can make a server hold", () => {
  it.scoped("is one line and one chunk of what it sends, while a line is in work", () =>
    Effect.gen(function* () {
      let asked = 0
      const { accepted, path } = yield* start(line => {
        asked += line.length + 1
        return Effect.never
      })
      const client = yield* connectBytes(path)
      client.socket.write(`${"x".repeat(MAX_LINE - 1)}\n`.repeat(64))
      // Once it does not read any more, nothing is added to what it holds.
      const socket = yield* untilSeen(
        () => accepted[0],
        each => asked > 0 && each?.isPaused() === true,
      )
      assert.isAtMost((socket?.bytesRead ?? 0) - asked, 2 * MAX_LINE)
      assert.isAbove(client.socket.writableLength, 0, "the rest stays with the client")
    }),
  )

  it.scoped("is 1 MiB of unread answers and one more, of however many it has asked for", () =>
    Effect.gen(function* () {
      const answer = "y".repeat(MAX_LINE)
      let most = 0
      const { accepted, path } = yield* start((_, socket) =>
        Effect.sync(() => {
          most = Math.max(most, socket.writableLength)
          return answer
        }),
      )
      const client = yield* connectBytes(path, { reads: false })
      client.socket.write("more\n".repeat((4 * MAX_UNREAD) / answer.length))
      yield* untilSeen(
        () => accepted[0]?.destroyed,
        isDropped => isDropped === true,
      )
      assert.isAbove(most, MAX_UNREAD)
      assert.isAtMost(most, MAX_UNREAD + answer.length + 1)
    }),
  )
})
