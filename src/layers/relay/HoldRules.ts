/** How long a request may wait for a compositor. Pure. */
import { isOnce } from "./RequestQueue.ts"

/** Milliseconds. A request that changes something then gets an error: a click on a bar must not wait longer. */
const ONCE = 2000

/** Milliseconds. A query of a short-lived client then ends its connection: swaymsg itself gives up after 3 s. */
const QUERY = 2500

/** Milliseconds. A client that is younger and has no subscription counts as short-lived. */
const YOUNG = 3000

/** The rules for one client. */
export class HoldRules {
  /** `since`: when the client came, in milliseconds of a monotonic clock. */
  constructor(readonly since: number) {}

  /** When a request that begins to wait `now` times out, on the same clock; Infinity for never. */
  deadline(type: number, now: number, wantsEvents: boolean): number {
    if (isOnce(type)) return now + ONCE
    return wantsEvents || now - this.since >= YOUNG ? Number.POSITIVE_INFINITY : now + QUERY
  }
}
