/**
 * A connection that the CLI's fast path has subscribed to events, and which another part of the program goes on reading. Plain, no
 * Effect runtime.
 */
import type { ConnectionFault } from "./IpcFaults.ts"
import type { EventName } from "./Message.ts"
import type { PlainConnection } from "./plainConnection.ts"

/** An event as it came. */
export interface HeldEvent {
  readonly event: EventName
  readonly payload: Buffer
}

/** Where the events go. `lose`: so many have been dropped here. `end` is the last one, called once, and not after a close. */
export interface EventReader {
  readonly event: (event: EventName, payload: Buffer) => void
  readonly lose: (count: number) => void
  readonly end: (lost: ConnectionFault) => void
}

/**
 * Most events that wait for a reader: they fit into a subscriber's buffer (`defaultCapacity` in `SwayEvents.ts`). The oldest are dropped,
 * and counted.
 */
export const MAX_HELD = 4000

/** Where the connection leads: `identity` is the socket file's device and inode, as in `LiveSocket`. */
export interface Destination {
  readonly path: string
  readonly identity: string
}

/** An open connection with its subscription, which holds what comes until there is a reader. */
export class OpenedEvents {
  readonly destination: Destination
  readonly #connection: PlainConnection
  #held: Array<HeldEvent> = []
  #dropped = 0
  #lost: ConnectionFault | undefined
  #reader: EventReader | undefined
  #wake = () => {}

  constructor(destination: Destination, connection: PlainConnection) {
    this.destination = destination
    this.#connection = connection
    connection.listen({
      event: (event, payload) => this.#event({ event, payload }),
      lost: lost => this.#end(lost),
    })
  }

  #event(held: HeldEvent): void {
    if (this.#reader !== undefined) {
      this.#reader.event(held.event, held.payload)
      return
    }
    this.#held.push(held)
    if (this.#held.length > MAX_HELD) {
      this.#held.shift()
      this.#dropped += 1
    }
    this.#wake()
  }

  #end(lost: ConnectionFault): void {
    this.#lost = lost
    this.#reader?.end(lost)
    this.#wake()
  }

  /** Waits until there is an event or the connection has ended, at most `milliseconds`. */
  readonly untilEvent = (milliseconds: number): Promise<void> =>
    new Promise(resolve => {
      const overdue = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(overdue)
        resolve()
      }
      if (this.#held.length > 0 || this.#lost !== undefined) this.#wake()
    })

  /** Takes the events that wait, unless some were dropped: then the reader has to say so first. */
  readonly take = (): ReadonlyArray<HeldEvent> => {
    if (this.#dropped > 0) return []
    const held = this.#held
    this.#held = []
    return held
  }

  /** Gives the reader what waits, at once, then each event as it comes. */
  readonly follow = (reader: EventReader): void => {
    if (this.#dropped > 0) reader.lose(this.#dropped)
    for (const { event, payload } of this.#held) reader.event(event, payload)
    this.#held = []
    this.#reader = reader
    if (this.#lost !== undefined) reader.end(this.#lost)
  }

  /** Closes the connection. */
  readonly close = (): void => {
    this.#reader = undefined
    this.#held = []
    this.#connection.close()
  }
}
