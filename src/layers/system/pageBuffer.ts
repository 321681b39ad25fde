/** Buffers whose memory goes back to the system. */

/**
 * A buffer of `size` bytes in pages of its own. malloc(3) keeps the holes that large buffers leave between others; the pages of a
 * resizable `ArrayBuffer` are mapped for it alone, and unmapped when it is collected (V8's `BackingStore`, in Node 20 and later).
 */
export const makePageBuffer = (size: number): Buffer =>
  Buffer.from(new ArrayBuffer(size, { maxByteLength: size }), 0, size)

/** Gives the memory of a page buffer back at once. The buffer is empty from then on: the system must be done with it. */
export const freePageBuffer = ({ buffer }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.resizable) buffer.resize(0)
}
