/** What a schedule has shown: its lines, and the first promise that was broken. */
import type { Time } from "./machine/Time.ts"

/** A promise that the program has broken. */
export interface Violation {
  readonly at: number
  readonly what: string
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(3)} s`

/** Collects the lines and violations of one schedule. */
export class Report {
  readonly lines: Array<string> = []
  readonly #time: Time
  #violation: Violation | undefined

  constructor(time: Time) {
    this.#time = time
  }

  get violation(): Violation | undefined {
    return this.#violation
  }

  say(line: string): void {
    this.lines.push(`${seconds(this.#time.now).padStart(12)}  ${line}`)
  }

  /** Keeps the first violation: what comes after it may follow from it. */
  violate(what: string): void {
    if (this.#violation !== undefined) return
    this.#violation = { at: this.#time.now, what }
    this.say(`VIOLATION: ${what}`)
  }
}
