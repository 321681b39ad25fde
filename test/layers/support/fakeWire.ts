/** A wire in memory: a test sees what was written and says what comes back. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { encodeUnbounded, type Frame, FrameDecoder } from "../../../src/layers/ipc/Frame.ts"
import {
  EVENT_BIT,
  type EventName,
  eventTypes,
  type RequestName,
  requestNames,
  requestTypes,
} from "../../../src/layers/ipc/Message.ts"
import { type ConnectError, UnixSocket, type WireHandlers } from "../../../src/layers/system/UnixSocket.ts"

/** The reply to GET_VERSION that proves a fake compositor. */
export const swayVersion = { human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 }
export const i3Version = { human_readable: "4.22", major: 4, minor: 22, patch: 0 }

/** One connection as its peer sees it. */
export class FakeWire {
  readonly requests: Array<{ readonly name: RequestName; readonly payload: string }> = []
  readonly #decoder = new FrameDecoder()
  readonly #onRequest: (wire: FakeWire, name: RequestName, payload: string) => void
  isOpen = true

  constructor(
    readonly path: string,
    readonly handlers: WireHandlers,
    onRequest: (wire: FakeWire, name: RequestName, payload: string) => void,
  ) {
    this.#onRequest = onRequest
  }

  write(bytes: Uint8Array): void {
    this.#decoder.push(Buffer.from(bytes), frame => this.#take(frame))
  }

  #take(frame: Frame): void {
    const name = requestNames.find(each => requestTypes[each] === frame.type)
    if (name === undefined) return
    const payload = frame.payload.toString("utf8")
    this.requests.push({ name, payload })
    this.#onRequest(this, name, payload)
  }

  /** Bytes from the peer. */
  feed(bytes: Uint8Array): void {
    if (this.isOpen) this.handlers.onData(Buffer.from(bytes))
  }

  reply(name: RequestName, json: unknown): void {
    this.feed(encodeUnbounded(requestTypes[name], JSON.stringify(json) ?? ""))
  }

  event(name: EventName, json: unknown): void {
    this.feed(encodeUnbounded(EVENT_BIT + eventTypes[name], JSON.stringify(json) ?? ""))
  }

  /** The peer ends (no code), or the connection breaks (an errno). */
  close(code?: string): void {
    if (this.isOpen) this.handlers.onClose(code)
  }
}

export interface FakeSocket {
  readonly socket: UnixSocket["Type"]
  readonly layer: Layer.Layer<UnixSocket>
  /** Every connection there has been, the oldest first. */
  readonly wires: ReadonlyArray<FakeWire>
  readonly last: () => FakeWire
  /** What the peer does about a request, from now on. */
  readonly onRequest: (answer: (wire: FakeWire, name: RequestName, payload: string) => void) => void
  /** Fails the next connections, while it is not undefined. */
  readonly refuseWith: (error: ConnectError | undefined) => void
}

/** Fake sockets; whoever connects finds a peer that does what `onRequest` says: nothing, to begin with. */
export const makeFakeSocket = (): FakeSocket => {
  const wires: Array<FakeWire> = []
  let answer: (wire: FakeWire, name: RequestName, payload: string) => void = () => {}
  let refusal: ConnectError | undefined
  const socket = UnixSocket.of({
    connect: (path, handlers) =>
      Effect.suspend(() => {
        if (refusal !== undefined) return Effect.fail(refusal)
        return Effect.acquireRelease(
          Effect.sync(() => {
            const wire = new FakeWire(path, handlers, (...request) => answer(...request))
            wires.push(wire)
            return wire
          }),
          wire =>
            Effect.sync(() => {
              wire.isOpen = false
            }),
        ).pipe(Effect.map(wire => ({ write: bytes => wire.write(bytes) })))
      }),
    dryConnect: paths => Effect.sync(() => paths.map(() => (refusal === undefined ? undefined : "ECONNREFUSED"))),
  })
  return {
    socket,
    layer: Layer.succeed(UnixSocket, socket),
    wires,
    last: () => {
      const wire = wires.at(-1)
      if (wire === undefined) throw new TypeError("nobody has connected")
      return wire
    },
    onRequest: next => {
      answer = next
    },
    refuseWith: error => {
      refusal = error
    },
  }
}
