/** How long a request may wait for a compositor. Pure. */
import { isOnce } from "./RequestQueue.ts"

/** What changes something is answered as failed after so many milliseconds: a bar's click must not wait longer. */
const ONCE = 2000

/** The connection of a short-lived client ends with its query: swaymsg gives up after 3 s, and then says its usual sentence. */
const QUERY = 2500

/** A client that is younger, in milliseconds, and has no subscription counts as short-lived. */
const YOUNG = 3000

/** The rules for one client. */
export class HoldRules {
  /** `since`: when the client came, in milliseconds of a monotonic clock. */
  constructor(readonly since: number) {}

  /** When a request that begins to wait `now` times out; Infinity if it does not. */
  deadline(type: number, now: number, wantsEvents: boolean): number {
    if (isOnce(type)) return now + ONCE
    return wantsEvents || now - this.since >= YOUNG ? Number.POSITIVE_INFINITY : now + QUERY
  }
}
