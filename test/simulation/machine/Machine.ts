/** One simulated machine: its time, files, sockets and processes. The program under test sees it through `node/fs.ts` and `node/net.ts`. */
import { type BeforeCall, type DirectoryWatch, type File, Files, SystemError } from "./Files.ts"
import { acceptAll, type BoundSocket, End, type EndHandlers, type Holder } from "./Sockets.ts"
import type { Time } from "./Time.ts"

/** A process. The program under test is one, too. */
export interface Process extends Holder {
  readonly name: string
  readonly uid: number
  /** In clock ticks since boot. */
  readonly startedAt: number
}

/** How the kernel tells of changes in a directory. */
export interface EventDelivery {
  /** The milliseconds until an event is seen; `undefined` if it is lost. */
  readonly delay: () => number | undefined
}

/** The user of all files and processes. */
export const UID = process.getuid?.() ?? 0

/** The pid of the program under test. */
export const OWN_PID = 4242

export const RUNTIME_DIR = `/run/user/${UID}`

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0")

/** A line of /proc/net/unix (proc_net(5)). */
const socketLine = (flags: number, state: string, ino: number, path: string) =>
  `${hex(ino, 16)}: 00000002 00000000 ${hex(flags, 8)} 0001 ${state} ${ino} ${path}`

const ACCEPTS_CONNECTIONS = 0x10000

/** The machine. `beforeCall` and `events` are what faults change. */
export class Machine {
  readonly files: Files
  readonly processes = new Map<number, Process>()
  /** Sockets that are bound, by whomever. */
  readonly bound = new Set<BoundSocket>()
  /** The ends of connections that the program under test has made. */
  readonly ownEnds = new Map<End, string>()
  readonly own: Process
  events: EventDelivery = { delay: () => 0.05 }
  beforeCall: BeforeCall = () => {}
  /** The errno that the next connections get, if they are to fail. */
  refuseConnect: (path: string) => string | undefined = () => undefined
  #inodes = 100_000

  constructor(readonly time: Time) {
    this.own = this.start(OWN_PID, "node")
    this.files = new Files({
      uid: UID,
      wallNs: () => BigInt(Math.round((time.wallOffset + time.now) * 1000)) * 1000n,
      beforeCall: (syscall, path) => this.beforeCall(syscall, path),
      deliver: event => {
        const delay = this.events.delay()
        if (delay !== undefined) time.after(delay, event)
      },
    })
    for (const path of ["/run", "/run/user", "/tmp"]) this.files.add(path, this.files.make("directory", 0o755), "mkdir")
    this.files.add(RUNTIME_DIR, this.files.make("directory", 0o700), "mkdir")
  }

  /** Starts a process. A pid that is in use is an error of the simulation. */
  start(pid: number, name: string): Process {
    if (this.processes.has(pid)) throw new Error(`pid ${pid} is in use`)
    const process: Process = { pid, name, uid: UID, startedAt: Math.round(this.time.now / 10), isStopped: false }
    this.processes.set(pid, process)
    return process
  }

  /** Ends a process: its listeners are closed, and the files of its sockets stay. */
  end(process: Process): void {
    this.processes.delete(process.pid)
    for (const bound of this.bound) if (bound.holder === process) this.unbind(bound)
  }

  /** Binds a socket; it does not listen yet. */
  bind(path: string, holder: Holder, onConnection: (end: End) => void): BoundSocket {
    this.#inodes += 1
    const bound: BoundSocket = {
      ino: this.#inodes,
      path,
      holder,
      backlog: 0,
      isListening: false,
      isClosed: false,
      waiting: [],
      onConnection,
    }
    try {
      this.files.add(path, this.files.make("socket", 0o755, bound), "bind")
    } catch (cause) {
      if (cause instanceof SystemError && cause.code === "EEXIST") throw new SystemError("EADDRINUSE", "bind", path)
      throw cause
    }
    this.bound.add(bound)
    return bound
  }

  listen(bound: BoundSocket, backlog: number): void {
    bound.backlog = backlog
    bound.isListening = true
  }

  /** Closes a listener. Its file stays; who waits is reset. */
  unbind(bound: BoundSocket): void {
    bound.isListening = false
    bound.isClosed = true
    this.bound.delete(bound)
    for (const end of bound.waiting.splice(0)) end.close()
  }

  /** What connect(2) to this path would give, without a connection. */
  dryConnect(path: string): { readonly errno: string } | { readonly bound: BoundSocket } {
    const file = this.files.peek(path)
    if (file === undefined) return { errno: "ENOENT" }
    const { bound } = file
    if (bound === undefined || !bound.isListening) return { errno: "ECONNREFUSED" }
    return bound.waiting.length > bound.backlog ? { errno: "EAGAIN" } : { bound }
  }

  /** Connects. The connection is open at once, and waits in the backlog until it is accepted. Throws the errno. */
  connect(path: string, holder: Holder, handlers?: EndHandlers): End {
    const refusal = holder === this.own ? this.refuseConnect(path) : undefined
    if (refusal !== undefined) throw new SystemError(refusal, "connect", path)
    const found = this.dryConnect(path)
    if ("errno" in found) throw new SystemError(found.errno, "connect", path)
    const { bound } = found
    const ours = new End(this.time, holder)
    const theirs = new End(this.time, bound.holder)
    ours.peer = theirs
    theirs.peer = ours
    if (handlers !== undefined) ours.handle(handlers)
    bound.waiting.push(theirs)
    this.time.after(0.01, () => acceptAll(bound))
    return ours
  }

  /** Stops a process as SIGSTOP does. */
  stop(process: Process): void {
    process.isStopped = true
  }

  /** The stopped process goes on: it accepts who waits, and reads what has come; `ends` are its connections. */
  resume(process: Process, ends: Iterable<End>): void {
    process.isStopped = false
    for (const bound of this.bound) if (bound.holder === process) acceptAll(bound)
    for (const end of ends) end.flush()
  }

  watch(path: string, onName: (name: string) => void): DirectoryWatch {
    return this.files.watch(path, onName)
  }

  /** The text of a file below /proc; `undefined` if there is none. */
  procText(path: string): string | undefined {
    if (/^\/proc\/(self|\d+)\/net\/unix$/.test(path)) return this.#socketList()
    const pid = /^\/proc\/(\d+)\/stat$/.exec(path)?.[1]
    const process = pid === undefined ? undefined : this.processes.get(Number(pid))
    if (process === undefined) return undefined
    const fields = Array.from({ length: 18 }, () => "0").join(" ")
    return `${process.pid} (${process.name}) ${process.isStopped ? "T" : "S"} ${fields} ${process.startedAt} 0`
  }

  /** The process of a path /proc/<pid>…; `undefined` if there is none. */
  processOf(path: string): Process | undefined {
    const pid = /^\/proc\/(self|\d+)/.exec(path)?.[1]
    return pid === "self" ? this.own : this.processes.get(Number(pid))
  }

  #socketList(): string {
    const lines = ["Num       RefCount Protocol Flags    Type St Inode Path"]
    for (const { ino, isListening, path, waiting } of this.bound) {
      lines.push(socketLine(isListening ? ACCEPTS_CONNECTIONS : 0, "01", ino, path))
      for (const _ of waiting) lines.push(socketLine(0, "03", 0, path))
    }
    return `${lines.join("\n")}\n`
  }
}

let present: Machine | undefined

/** The machine on which the program runs. */
export const machine = (): Machine => {
  if (present === undefined) throw new Error("there is no machine: the program ran outside a simulation")
  return present
}

/** Puts the program on another machine. */
export const putOn = (next: Machine | undefined): void => {
  present = next
}

/** True for a socket file with a listener, or one that is bound and may listen soon. */
export const isInUse = (file: File | undefined): boolean => file?.bound !== undefined && !file.bound.isClosed
