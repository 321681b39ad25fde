/**
 * The events that bring clients up to date, as frames. After a restart most clients have the same subscriptions and get the same
 * replies, so the events are made once for all of these. Synchronous.
 */
import { encodeUnbounded } from "../ipc/Frame.ts"
import { type Resync, resyncMessages, type StateReply } from "./resync.ts"

/** Whole frames one after the other, and how many. */
export interface Frames {
  readonly bytes: Buffer
  readonly count: number
}

interface Made {
  readonly resync: Resync
  readonly frames: Frames
}

const isSameReplies = (some: ReadonlyArray<StateReply>, others: ReadonlyArray<StateReply>): boolean =>
  some.length === others.length &&
  some.every(({ reply, type }, index) => type === others[index]?.type && reply.equals(others[index].reply))

const keyOf = ({ dialect, mode, subscribed }: Resync) => [dialect, mode, ...[...subscribed].sort()].join(" ")

/** The frames that were made last. */
export class ResyncFrames {
  /** By the kind of client. Weak: V8 frees it when it collects, since nobody needs it once all clients are up to date. */
  #made = new WeakRef(new Map<string, Made>())

  /** The frames for a client. */
  of(resync: Resync): Frames {
    const made = this.#made.deref() ?? new Map<string, Made>()
    const key = keyOf(resync)
    const last = made.get(key)
    if (last?.resync.before === resync.before && isSameReplies(last.resync.replies, resync.replies)) return last.frames
    const encoded = resyncMessages(resync).map(({ payload, type }) => encodeUnbounded(type, payload))
    const frames = { bytes: Buffer.concat(encoded), count: encoded.length }
    this.#made = new WeakRef(made.set(key, { resync, frames }))
    return frames
  }
}
