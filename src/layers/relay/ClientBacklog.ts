/** The bytes that wait for a client that is behind, in memory that goes back to the system once they are sent. Synchronous. */
import { freePageBuffer, makePageBuffer } from "../system/pageBuffer.ts"

/** The bytes that are copied into one buffer, and sent with one write. */
const SLAB = 256 * 1024

/** Buffers that are kept for the next client that is behind, of all clients. */
const MOST_SPARE = 8
const spare: Array<Buffer> = []

const free = (slab: Buffer): void => {
  if (spare.length < MOST_SPARE) spare.push(slab)
  else freePageBuffer(slab)
}

interface Slab {
  readonly buffer: Buffer
  used: number
}

/** Copies of bytes, in the order in which they came. */
export class ClientBacklog {
  #slabs: Array<Slab> = []
  #length = 0

  /** The bytes that wait. */
  get length(): number {
    return this.#length
  }

  add(bytes: Buffer): void {
    this.#length += bytes.length
    for (let from = 0; from < bytes.length; ) {
      const slab = this.#lastSlab()
      const copied = bytes.copy(slab.buffer, slab.used, from)
      slab.used += copied
      from += copied
    }
  }

  /** The last slab that has room. */
  #lastSlab(): Slab {
    const last = this.#slabs.at(-1)
    if (last !== undefined && last.used < SLAB) return last
    const slab = { buffer: spare.pop() ?? makePageBuffer(SLAB), used: 0 }
    this.#slabs.push(slab)
    return slab
  }

  /** Takes the oldest bytes, `undefined` if there are none. `done` has to be called once the system has them. */
  take(): { readonly bytes: Buffer; readonly done: () => void } | undefined {
    const slab = this.#slabs.shift()
    if (slab === undefined) return undefined
    this.#length -= slab.used
    return { bytes: slab.buffer.subarray(0, slab.used), done: () => free(slab.buffer) }
  }

  /** Drops all that waits. */
  clear(): void {
    for (const { buffer } of this.#slabs) free(buffer)
    this.#slabs = []
    this.#length = 0
  }
}
