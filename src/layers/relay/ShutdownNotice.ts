/** The compositor's own event `shutdown`, and whether a client is told of it. Synchronous. */
import { copyOf } from "./copyOf.ts"
import type { SessionRules } from "./sessionTypes.ts"

/** Keeps the event until it is passed on or there is a compositor again. */
export class ShutdownNotice {
  #kept: { readonly frame: Buffer; readonly at: number } | undefined

  /** When the client is told, on the clock of `keep`; Infinity for never. */
  get at(): number {
    return this.#kept?.at ?? Number.POSITIVE_INFINITY
  }

  /** Keeps the event, unless the client is never told. */
  keep(buffer: Buffer, start: number, end: number, now: number, { hideShutdown, patience }: SessionRules): void {
    // i3 sends the same event before it restarts in place.
    const isExit = !buffer.subarray(start, end).includes('"restart"')
    if (hideShutdown || !isExit) return
    this.#kept = { frame: copyOf(buffer, start, end), at: now + patience }
  }

  /** There is a compositor again: the client is not told. */
  forget(): void {
    this.#kept = undefined
  }

  /** Takes the event once its time has come. */
  takeDue(now: number): Buffer | undefined {
    if (this.at > now) return undefined
    const frame = this.#kept?.frame
    this.#kept = undefined
    return frame
  }
}
