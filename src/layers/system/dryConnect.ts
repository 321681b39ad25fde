/**
 * Asks the kernel whether a connection to a socket would succeed, without making one: a connection would take one of the few
 * places in the listener's backlog.
 *
 * It calls connect(2) on a socket that is connected already. The kernel checks the target first and the socket last, so the
 * errno is ECONNREFUSED without a listener, EAGAIN if the backlog is full, and EISCONN if it would have connected
 * (unix_stream_connect in net/unix/af_unix.c). The kernel finds the target by its inode: in any namespace, even after a rename.
 *
 * Hand-written since no library offers it. It relies on two things that Node does: `connect` on a connected Socket calls
 * connect(2), and the socket is destroyed if that fails.
 *
 * Plain, no Effect runtime: the CLI's fast path uses it.
 */
import { createServer, Socket } from "node:net"
import { errnoOf } from "./errno.ts"
import { withSocketPath } from "./socketPath.ts"

type OnErrno = (errno: string) => void

const isFromConnect = (cause: Error | undefined) =>
  cause !== undefined && "syscall" in cause && cause.syscall === "connect"

/** A connected socket on which connect(2) can be called again and again: Node would destroy it when that fails. */
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

/**
 * A name in the abstract namespace of unix(7), so that there is no file. If another process has the name already, `dryConnect` gives
 * an error for each path, and nothing worse happens.
 */
const ownName = () => `\0i3pm-${process.pid}-${process.hrtime.bigint()}`

const askEach = (
  connector: DryConnector,
  paths: ReadonlyArray<string>,
  done: (errnos: ReadonlyArray<string>) => void,
): void => {
  const errnos: Array<string> = []
  const askNext = (): void => {
    const path = paths[errnos.length]
    if (path === undefined || connector.destroyed) {
      done(paths.map((_, index) => errnos[index] ?? "ECANCELED"))
      return
    }
    connector.ask(path, errno => {
      errnos.push(errno)
      askNext()
    })
  }
  askNext()
}

/**
 * The errno of connect(2) for each path, in their order: `EISCONN` if it would have connected. If no socket can be made for
 * the question, each path gets the errno of that. A path may have at most 107 bytes. Never rejects.
 */
export const dryConnect = (paths: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
  new Promise(resolve => {
    if (paths.length === 0) return resolve([])
    const path = ownName()
    const server = createServer()
    const connector = new DryConnector()
    const end = (errnos: ReadonlyArray<string>) => {
      connector.destroy()
      server.close()
      resolve(errnos)
    }
    const failed = (cause: unknown) => end(paths.map(() => errnoOf(cause)))
    server.on("error", failed)
    connector.on("error", failed)
    server.on("connection", peer => connector.once("close", () => peer.destroy()))
    server.listen({ path }, () => connector.connect({ path }, () => askEach(connector, paths, end)))
  })
