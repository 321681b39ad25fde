/** A simulated compositor: it binds a socket as sway does, answers requests, and misbehaves on demand. */
import { encodeUnbounded, type Frame, FrameDecoder } from "../../src/layers/ipc/Frame.ts"
import { EVENT_BIT, type EventName, eventNames, eventTypes, requestTypes } from "../../src/layers/ipc/Message.ts"
import { type Machine, type Process, RUNTIME_DIR, UID } from "./machine/Machine.ts"
import type { Random } from "./machine/random.ts"
import type { BoundSocket, End } from "./machine/Sockets.ts"

/** How a compositor answers. `late`: once it is right again; `garbage` is not a frame; `wrongType` is a reply to another request. */
export type Manner = "right" | "late" | "garbage" | "wrongType"

/** The most bytes that sway keeps for a client that does not read. */
const CLIENT_BUFFER = 4 * 1024 * 1024

/** Connections that wait before connect(2) fails: sway passes 3 to listen(2), and the kernel allows one more. */
const BACKLOG = 3

/** Where sway puts the socket of this process. */
export const socketPathOf = (pid: number): string => `${RUNTIME_DIR}/sway-ipc.${UID}.${pid}.sock`

interface Client {
  readonly end: End
  readonly decoder: FrameDecoder
  readonly events: Set<EventName>
  /** All leaves in order: when the last reply does. */
  leavesAt: number
}

/** What all compositors of a simulation count together. */
export interface CompositorLog {
  /** How often the command with this text was run. */
  readonly commands: Map<string, number>
  /** The compositors so far, so that each has a number of its own. */
  compositors: number
}

const version = JSON.stringify({ human_readable: "1.9", variant: "sway", major: 1, minor: 9, patch: 0 })

const firstTick = encodeUnbounded(EVENT_BIT + eventTypes.tick, JSON.stringify({ first: true, payload: "" }))

const workspaceNode = (number: number) => ({
  id: number,
  type: "workspace",
  name: String(number),
  num: number,
  focused: number === 1,
  focus: [],
  nodes: [],
  floating_nodes: [],
})

const treeOf = (workspaces: ReadonlyArray<number>) => ({
  id: 1000,
  type: "root",
  name: "root",
  focused: false,
  nodes: [{ id: 1001, type: "output", name: "HEADLESS-1", focused: false, nodes: workspaces.map(workspaceNode) }],
})

/** One compositor. It listens a moment after it was made. */
export class Compositor {
  readonly process: Process
  readonly path: string
  /** The milliseconds that each reply takes. */
  delay = 0
  /** True if each reply comes in several pieces. */
  isSplitting = false
  #manner: Manner = "right"
  /** What was asked while it was late. */
  #postponed: Array<() => void> = []
  /** When it began to listen, on the monotonic clock. */
  listensSince: number | undefined
  readonly #machine: Machine
  readonly #random: Random
  readonly #log: CompositorLog
  readonly #clients = new Set<Client>()
  readonly #workspaces: ReadonlyArray<number>
  #bound: BoundSocket | undefined
  readonly #number: number
  #sequence = 0
  #modes = 0
  #isAlive = true

  constructor(machine: Machine, random: Random, log: CompositorLog, pid: number, listensAfter: number) {
    this.#machine = machine
    this.#random = random
    this.#log = log
    log.compositors += 1
    this.#number = log.compositors
    this.process = machine.start(pid, "sway")
    this.path = socketPathOf(pid)
    this.#workspaces = Array.from({ length: random.between(1, 4) }, (_, index) => index + 1)
    // sway unlinks its own path before it binds, and listens right after.
    machine.files.drop(this.path)
    const bound = machine.bind(this.path, this.process, end => this.#accept(end))
    this.#bound = bound
    machine.time.after(listensAfter, () => {
      if (!this.#isAlive) return
      machine.listen(bound, BACKLOG)
      this.listensSince = machine.time.now
    })
  }

  get manner(): Manner {
    return this.#manner
  }

  set manner(manner: Manner) {
    this.#manner = manner
    if (manner !== "late") for (const answer of this.#postponed.splice(0)) answer()
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isStopped(): boolean {
    return this.process.isStopped
  }

  /** The name of its binding mode, which no other compositor has. */
  get mode(): string {
    return `${this.#number}:${this.#modes}`
  }

  /** True if a client that connects now gets a right answer soon. */
  get isWell(): boolean {
    return this.#isAlive && !this.isStopped && this.manner === "right" && this.delay < 10 && this.isReachable
  }

  /** True while its path leads to it. */
  get isReachable(): boolean {
    return this.#bound?.isListening === true && this.#machine.files.peek(this.path)?.bound === this.#bound
  }

  /** Connections of the program under test that it has not accepted. */
  get waiting(): number {
    const own = this.#machine.own
    return this.#bound?.waiting.filter(({ peer }) => peer?.isOpen === true && peer.holder === own).length ?? 0
  }

  stop(): void {
    this.#machine.stop(this.process)
  }

  resume(): void {
    this.#machine.resume(
      this.process,
      [...this.#clients].map(({ end }) => end),
    )
  }

  /** Ends as SIGKILL does: the file stays. */
  crash(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#machine.end(this.process)
    for (const { end } of this.#clients) end.close()
    this.#clients.clear()
  }

  /** Ends as it should. */
  exit(): void {
    this.emit("shutdown", { change: "exit" })
    const isOwnFile = this.#machine.files.peek(this.path)?.bound === this.#bound
    this.crash()
    if (isOwnFile) this.#machine.files.drop(this.path)
  }

  /** Sends an event to its subscribers, with a number that no other event of this compositor has. */
  emit(name: EventName, values: Readonly<Record<string, unknown>> = {}): void {
    if (!this.#isAlive || this.isStopped) return
    this.#sequence += 1
    const payload = { change: "simulated", sequence: this.#sequence, from: this.#number, ...values }
    const frame = encodeUnbounded(EVENT_BIT + eventTypes[name], JSON.stringify(payload))
    for (const client of this.#clients) if (client.events.has(name)) this.#sendInTurn(client, frame, 0)
  }

  #accept(end: End): void {
    if (!this.#isAlive) {
      end.close()
      return
    }
    const client: Client = { end, decoder: new FrameDecoder(), events: new Set(), leavesAt: 0 }
    this.#clients.add(client)
    const drop = () => {
      this.#clients.delete(client)
      end.close()
    }
    end.handle({
      onData: bytes => {
        const error = client.decoder.push(bytes, frame => this.#answer(client, frame))
        if (error !== undefined) drop()
        return true
      },
      onEnd: drop,
      onBroken: drop,
    })
  }

  #answer(client: Client, { payload, type }: Frame): void {
    if (this.manner === "late") {
      const copy = { type, payload: Buffer.from(payload) }
      this.#postponed.push(() => this.#answer(client, copy))
      return
    }
    if (this.manner === "garbage") return void this.#reply(client, Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"))
    const answerType = this.manner === "wrongType" ? (type === 7 ? 4 : 7) : type
    const text = this.#textFor(client, type, payload.toString("utf8"))
    if (text !== undefined) this.#reply(client, encodeUnbounded(answerType, text))
    // As sway does: the client learns that ticks come from now on.
    if (type === requestTypes.subscribe && payload.includes('"tick"')) this.#sendInTurn(client, firstTick, 0)
    // The user may press a key at any time: the worst is right after a client has asked.
    if (type === requestTypes.get_binding_state && this.#sequence % 2 === 0) {
      this.#modes += 1
      this.emit("mode", { change: this.mode })
    }
  }

  /** The reply to a request; `undefined` for one that sway does not know. */
  #textFor(client: Client, type: number, payload: string): string | undefined {
    switch (type) {
      case requestTypes.get_version:
        return version
      case requestTypes.subscribe:
        return this.#subscribe(client, payload)
      case requestTypes.command:
        this.#log.commands.set(payload, (this.#log.commands.get(payload) ?? 0) + 1)
        return JSON.stringify([{ success: true, simulated: payload }])
      case requestTypes.get_tree:
        return JSON.stringify(treeOf(this.#workspaces))
      case requestTypes.get_workspaces:
        return JSON.stringify(this.#workspaces.map(workspaceNode))
      case requestTypes.send_tick:
        this.emit("tick", { first: false, payload })
        return JSON.stringify({ success: true })
      case requestTypes.get_binding_state:
        return JSON.stringify({ name: this.mode })
      case requestTypes.get_bar_config:
        return payload === "" ? JSON.stringify(["bar-0"]) : JSON.stringify({ id: payload })
      default:
        return type <= 12 || type === 100 || type === 101 ? "[]" : undefined
    }
  }

  #subscribe(client: Client, payload: string): string {
    const names: ReadonlyArray<unknown> = JSON.parse(payload)
    const known = eventNames.filter(name => names.includes(name))
    for (const name of known) client.events.add(name)
    return JSON.stringify({ success: known.length === names.length })
  }

  #reply(client: Client, bytes: Buffer): void {
    this.#sendInTurn(client, bytes, this.delay)
  }

  /** Nothing overtakes what was written before it, be it a reply or an event. */
  #sendInTurn(client: Client, bytes: Buffer, delay: number): void {
    const { time } = this.#machine
    const at = Math.max(time.now + delay, client.leavesAt)
    client.leavesAt = at
    if (at <= time.now) this.#send(client, bytes)
    else time.after(at - time.now, () => this.#send(client, bytes))
  }

  #send(client: Client, bytes: Buffer): void {
    if (!this.#isAlive || !this.#clients.has(client)) return
    if ((client.end.peer?.unread ?? 0) > CLIENT_BUFFER) {
      this.#clients.delete(client)
      client.end.close()
      return
    }
    if (!this.isSplitting) {
      client.end.send(bytes)
      return
    }
    for (let start = 0; start < bytes.length; ) {
      const length = this.#random.between(1, 20)
      client.end.send(bytes.subarray(start, start + length))
      start += length
    }
  }
}
