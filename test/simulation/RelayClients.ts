/** Clients of the relay: what they ask, and what they must never see. */

import { encodeUnbounded, type Frame, FrameDecoder } from "../../src/layers/ipc/Frame.ts"
import { type EventName, eventNameOf, isEventType, requestTypes } from "../../src/layers/ipc/Message.ts"
import type { Action } from "./actions.ts"
import type { CompositorLog } from "./Compositor.ts"
import { SystemError } from "./machine/Files.ts"
import type { Machine } from "./machine/Machine.ts"
import type { Random } from "./machine/random.ts"
import type { End } from "./machine/Sockets.ts"
import type { Report } from "./Report.ts"

/** The most clients that behave. */
const MOST = 6

/** A request that waits for its reply; `text` is a command's. */
interface Pending {
  readonly type: number
  readonly text: string | undefined
  readonly askedAt: number
}

interface Client {
  readonly name: string
  readonly end: End
  readonly decoder: FrameDecoder
  readonly pending: Array<Pending>
  readonly events: ReadonlySet<EventName>
  /** The number of the last event of each compositor. */
  readonly seen: Map<number, number>
  /** The binding mode that it heard of last. */
  mode: string | undefined
  /** How often it was told that ticks come from now on. */
  firstTicks: number
}

/** What the clients of one relay share. */
export interface RelayClientsOptions {
  readonly machine: Machine
  readonly path: string
  readonly random: Random
  readonly report: Report
  readonly log: CompositorLog
}

const subscriptions: readonly [ReadonlyArray<EventName>, ...ReadonlyArray<ReadonlyArray<EventName>>] = [
  [],
  ["workspace"],
  ["tick"],
  ["workspace", "window", "mode"],
  ["workspace", "mode", "barconfig_update"],
  ["tick", "shutdown"],
]

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const jsonIn = (payload: Buffer): unknown => JSON.parse(payload.toString("utf8"))

/** The clients of one relay. */
export class RelayClients {
  readonly #options: RelayClientsOptions
  readonly #clients = new Set<Client>()
  readonly #others = new Set<End>()
  #names = 0
  #commands = 0

  constructor(options: RelayClientsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#clients.size
  }

  /** The requests without a reply, oldest first. */
  get waiting(): ReadonlyArray<Pending> {
    return [...this.#clients].flatMap(({ pending }) => pending)
  }

  /** A client comes or goes, and some of those that are there send a few requests. */
  ask(): void {
    const { random } = this.#options
    if (this.#clients.size < MOST || random.chance(0.3)) this.#join()
    const [first] = this.#clients
    if (first !== undefined && this.#clients.size > MOST) this.#leave(first)
    for (const client of this.#clients) if (random.chance(0.7)) this.#burst(client)
  }

  #connect(): End | undefined {
    try {
      return this.#options.machine.connect(this.#options.path, { pid: 1, isStopped: false })
    } catch (cause) {
      if (cause instanceof SystemError) return undefined
      throw cause
    }
  }

  #join(): void {
    const { random, report } = this.#options
    const end = this.#connect()
    if (end === undefined) {
      report.violate("the relay refuses a client")
      return
    }
    this.#names += 1
    const events = new Set(random.pick(subscriptions))
    const client: Client = {
      name: `client ${this.#names}`,
      end,
      decoder: new FrameDecoder(),
      pending: [],
      events,
      seen: new Map(),
      mode: undefined,
      firstTicks: 0,
    }
    this.#clients.add(client)
    end.handle({
      onData: bytes => {
        const error = client.decoder.push(bytes, frame => this.#onFrame(client, frame))
        if (error !== undefined) report.violate(`${client.name} got bytes that are not a frame: ${error.message}`)
        return true
      },
      onEnd: () => this.#onClosed(client),
      onBroken: () => this.#onClosed(client),
    })
    if (events.size > 0) this.#send(client, requestTypes.subscribe, JSON.stringify([...events]))
  }

  #leave(client: Client): void {
    this.#clients.delete(client)
    client.end.close()
  }

  #onClosed(client: Client): void {
    if (client.events.size > 0) this.#options.report.violate(`${client.name}, which has subscribed, was closed`)
    this.#leave(client)
  }

  #burst(client: Client): void {
    const { random } = this.#options
    for (let count = random.between(1, 4); count > 0; count -= 1) {
      this.#commands += 1
      const text = `nop ${this.#commands}`
      const [type, payload] = random.pick<readonly [number, string]>([
        [requestTypes.command, text],
        [requestTypes.command, text],
        [requestTypes.get_workspaces, ""],
        [requestTypes.get_tree, ""],
        [requestTypes.get_version, ""],
        [requestTypes.send_tick, text],
      ])
      this.#send(client, type, payload)
    }
  }

  #send(client: Client, type: number, payload: string): void {
    const text = type === requestTypes.command ? payload : undefined
    client.pending.push({ type, text, askedAt: this.#options.machine.time.now })
    client.end.send(encodeUnbounded(type, payload))
  }

  #onFrame(client: Client, { payload, type }: Frame): void {
    if (isEventType(type)) this.#onEvent(client, eventNameOf(type), jsonIn(payload))
    else this.#onReply(client, type, jsonIn(payload))
  }

  #onEvent(client: Client, event: EventName | undefined, value: unknown): void {
    const { report } = this.#options
    const { events, name, seen } = client
    if (event === "mode" && isRecord(value)) client.mode = String(value["change"])
    if (event === "shutdown") report.violate(`${name} was told of the end of a compositor`)
    if (event === "tick" && isRecord(value) && value["first"] === true) client.firstTicks += 1
    if (client.firstTicks > 1) report.violate(`${name} was told a second time that ticks begin`)
    if (event === undefined || !events.has(event)) report.violate(`${name} got an event ${event}, not asked for`)
    if (!isRecord(value) || typeof value["sequence"] !== "number" || typeof value["from"] !== "number") return
    const { from, sequence } = value
    const last = seen.get(from) ?? 0
    if (sequence <= last) report.violate(`${name} got event ${sequence} of compositor ${from} after ${last}`)
    seen.set(from, sequence)
  }

  #onReply(client: Client, type: number, value: unknown): void {
    const asked = client.pending.shift()
    const wrong = asked === undefined ? `got a reply of type ${type}, not asked for` : this.#wrongIn(asked, type, value)
    if (wrong !== undefined) this.#options.report.violate(`${client.name} ${wrong}`)
  }

  /** What is wrong with a reply; `undefined` if it may be given. */
  #wrongIn(asked: Pending, type: number, value: unknown): string | undefined {
    if (asked.type !== type) return `asked type ${asked.type} and got a reply of type ${type}`
    if (asked.text === undefined) return undefined
    const [result]: ReadonlyArray<unknown> = Array.isArray(value) ? value : []
    if (!isRecord(result)) return `got no result for ${asked.text}`
    if (result["success"] === true) {
      const answered = String(result["simulated"])
      return answered === asked.text ? undefined : `sent ${asked.text} and got the reply to ${answered}`
    }
    const isDenied = String(result["error"]).includes("was not done") && this.#options.log.commands.has(asked.text)
    return isDenied ? `was told that ${asked.text} was not done, and it was` : undefined
  }

  /** The promises about commands, for all so far. */
  checkCommands(): void {
    for (const [text, count] of this.#options.log.commands) {
      if (count > 1) this.#options.report.violate(`${text.slice(0, 40)} was run ${count} times`)
    }
  }

  /** Once all is well: no client believes in a mode that no compositor has. `modes`: those of all compositors. */
  checkModes(modes: ReadonlySet<string>): void {
    for (const { mode, name } of this.#clients)
      if (mode !== undefined && !modes.has(mode)) this.#options.report.violate(`${name} was last told of mode ${mode}`)
  }

  /** Does what no client should do, and leaves after a minute. */
  misbehave(manner: Extract<Action, { do: "bad client" }>["manner"]): void {
    const end = this.#connect()
    if (end === undefined) return
    this.#others.add(end)
    const leave = () => {
      this.#others.delete(end)
      end.close()
    }
    end.handle({ onData: () => manner !== "never reads", onEnd: leave, onBroken: leave })
    const version = encodeUnbounded(requestTypes.get_version, "")
    this.#commands += 1
    const bytes = {
      garbage: Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      "half a line": version.subarray(0, 9),
      "long line": encodeUnbounded(requestTypes.command, `nop ${this.#commands} ${"x".repeat(150_000)}`),
      "never reads": Buffer.concat(Array.from({ length: 200 }, () => encodeUnbounded(requestTypes.get_tree, ""))),
      leaves: Buffer.concat([version, version.subarray(0, 5)]),
    }
    end.send(bytes[manner])
    if (manner === "leaves") leave()
    else this.#options.machine.time.after(60_000, leave)
  }

  close(): void {
    for (const client of [...this.#clients]) this.#leave(client)
    for (const end of this.#others) end.close()
    this.#others.clear()
  }
}
