/**
 * Asks the kernel whether a connection to a socket would succeed, without making one: a connection would take one of the few
 * places in the listener's backlog.
 *
 * It calls connect(2) on a socket that is connected already. The kernel checks the target first and the socket last, so the
 * errno is ECONNREFUSED without a listener, EAGAIN where the backlog is full, and EISCONN where it would have connected
 * (unix_stream_connect in net/unix/af_unix.c). The kernel finds the target by its inode: in any namespace, also after a rename.
 *
 * Hand-written since no library offers it. It relies on two details of Node: `connect` on a connected Socket calls connect(2),
 * and a Socket whose connect(2) failed is destroyed.
 */
import { randomBytes } from "node:crypto"
import { createServer, type Server, Socket } from "node:net"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errno.ts"
import { withSocketPath } from "./socketPath.ts"

type OnErrno = (errno: string) => void

const isFromConnect = (cause: Error | undefined) =>
  cause !== undefined && "syscall" in cause && cause.syscall === "connect"

/** A connected socket that can be asked to connect again and again: it prevents Node from destroying it when that fails. */
class DryConnector extends Socket {
  private onErrno: OnErrno | undefined

  constructor() {
    super({ allowHalfOpen: true })
    // Node 20 to 26 make no new connection here. If a later one does, the caller still gets an answer.
    this.on("connect", () => this.takeCallback()?.("EISCONN"))
  }

  override destroy(cause?: Error): this {
    const onErrno = this.takeCallback()
    if (onErrno !== undefined && isFromConnect(cause)) {
      onErrno(errnoOf(cause))
      return this
    }
    super.destroy(cause)
    onErrno?.("ECANCELED")
    return this
  }

  /** Must not be called on a destroyed socket: Node would make a new one, and that would really connect. */
  ask(path: string, onErrno: OnErrno): void {
    this.onErrno = onErrno
    try {
      withSocketPath(path, usable => this.connect({ path: usable }))
    } catch (cause) {
      this.takeCallback()?.(errnoOf(cause))
    }
  }

  private takeCallback(): OnErrno | undefined {
    const { onErrno } = this
    this.onErrno = undefined
    return onErrno
  }
}

interface Connected {
  readonly connector: DryConnector
  readonly server: Server
}

/** Connects to a listener of its own in the abstract namespace of unix(7), so that there is no file. */
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
    const errnos: Array<string> = []
    const askNext = () => {
      const path = paths[errnos.length]
      if (path === undefined || connector.destroyed) {
        return resume(Effect.succeed(paths.map((_, index) => errnos[index] ?? "ECANCELED")))
      }
      connector.ask(path, errno => {
        errnos.push(errno)
        askNext()
      })
    }
    askNext()
  })

/**
 * The errno of connect(2) for each path, in their order: `EISCONN` where it would have connected. If the socket to ask with
 * cannot be made, each path gets the errno of that. A path may have at most 107 bytes.
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
