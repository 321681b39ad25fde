/** A copy of the bytes from `start` to `end`. A view would keep the whole chunk in memory. */
export const copyOf = (buffer: Buffer, start: number, end: number): Buffer => Buffer.from(buffer.subarray(start, end))
