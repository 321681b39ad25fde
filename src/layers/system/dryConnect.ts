/**
 * Asks the kernel whether somebody listens on a socket file, and takes no place in that listener's queue.
 *
 * connect(2) on a socket that is connected already looks its target up as for any other, and only then turns it away:
 * ECONNREFUSED where nobody listens, EAGAIN where the queue is full, EISCONN where a connection would have been made
 * (unix_stream_connect in net/unix/af_unix.c checks in this order). The lookup is by the file's inode, so it finds a listener
 * in any namespace, and behind a name that somebody has given the file later.
 */
import { randomBytes } from "node:crypto"
import { createServer, type Server, Socket } from "node:net"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errno.ts"
import { withSocketPath } from "./socketPath.ts"

type Answer = (errno: string) => void

const isFromConnect = (cause: Error | undefined) =>
  cause !== undefined && "syscall" in cause && cause.syscall === "connect"

/** A connected socket that is asked to connect once more. Node destroys a socket when that fails; this one goes on. */
class DryConnector extends Socket {
  private answer: Answer | undefined

  constructor() {
    super({ allowHalfOpen: true })
    // Should a Node ever make a new connection (20 to 26 do not): the answer is the same, and nobody waits for ever.
    this.on("connect", () => this.takeAnswer()?.("EISCONN"))
  }

  override destroy(cause?: Error): this {
    const answer = this.takeAnswer()
    if (answer !== undefined && isFromConnect(cause)) {
      answer(errnoOf(cause))
      return this
    }
    super.destroy(cause)
    answer?.("ECANCELED")
    return this
  }

  /** Not once it is destroyed: Node would make a new socket, and that one would connect. */
  ask(path: string, answer: Answer): void {
    this.answer = answer
    try {
      withSocketPath(path, usable => this.connect({ path: usable }))
    } catch (cause) {
      this.takeAnswer()?.(errnoOf(cause))
    }
  }

  private takeAnswer(): Answer | undefined {
    const { answer } = this
    this.answer = undefined
    return answer
  }
}

interface Connected {
  readonly connector: DryConnector
  readonly server: Server
}

/** To a listener of its own, in the abstract namespace of unix(7): no file is made. */
const connectToSelf = (): Connected & { readonly done: Effect.Effect<void, string> } => {
  const path = `\0i3pm-${randomBytes(16).toString("hex")}`
  const server = createServer()
  const connector = new DryConnector()
  const done = Effect.async<void, string>(resume => {
    const failed = (cause: unknown) => resume(Effect.fail(errnoOf(cause)))
    server.on("error", failed)
    connector.on("error", failed)
    server.on("connection", peer => connector.once("close", () => peer.destroy()))
    server.listen({ path }, () => connector.connect({ path }, () => resume(Effect.void)))
  })
  return { connector, server, done }
}

const close = ({ connector, server }: Connected) =>
  Effect.sync(() => {
    connector.destroy()
    server.close()
  })

const askEach = (connector: DryConnector, paths: ReadonlyArray<string>) =>
  Effect.async<ReadonlyArray<string>>(resume => {
    const said: Array<string> = []
    const askNext = () => {
      const path = paths[said.length]
      if (path === undefined || connector.destroyed) {
        return resume(Effect.succeed(paths.map((_, index) => said[index] ?? "ECANCELED")))
      }
      connector.ask(path, errno => {
        said.push(errno)
        askNext()
      })
    }
    askNext()
  })

/**
 * What connect(2) says of each path, in their order: `EISCONN` where somebody listens. Where no socket could be made for the
 * question, the errno of that is the answer to all. A path is at most 107 bytes long.
 */
export const dryConnect = (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>> =>
  paths.length === 0
    ? Effect.succeed([])
    : Effect.acquireUseRelease(
        Effect.sync(connectToSelf),
        ({ done, connector }) =>
          Effect.zipRight(done, askEach(connector, paths)).pipe(
            Effect.catchAll(errno => Effect.succeed(paths.map(() => errno))),
          ),
        close,
      )
