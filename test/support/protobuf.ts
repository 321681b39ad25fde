/** The wire format of protocol buffers (protobuf.dev/programming-guides/encoding), without a schema. */

/** A field: a number, eight or four bytes, or bytes that may be text or a message. */
export interface Field {
  readonly number: number
  readonly value: bigint | Buffer
}

const readVarint = (bytes: Buffer, at: number): readonly [bigint, number] => {
  let value = 0n
  for (let index = at, shift = 0n; index < bytes.length; index += 1, shift += 7n) {
    const byte = bytes[index] ?? 0
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return [value, index + 1]
  }
  throw new RangeError("a varint that does not end")
}

/** The fields of a message; throws a RangeError where the bytes are none. */
export const readFields = (bytes: Buffer): ReadonlyArray<Field> => {
  const fields: Array<Field> = []
  let at = 0
  const take = (length: number) => {
    if (at + length > bytes.length) throw new RangeError("a field that is cut off")
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const [tag, next] = readVarint(bytes, at)
    at = next
    const number = Number(tag >> 3n)
    const wire = Number(tag & 7n)
    if (number === 0) throw new RangeError("field number 0")
    if (wire === 0) {
      const [value, end] = readVarint(bytes, at)
      at = end
      fields.push({ number, value })
    } else if (wire === 1) fields.push({ number, value: take(8) })
    else if (wire === 5) fields.push({ number, value: take(4) })
    else if (wire === 2) {
      const [length, start] = readVarint(bytes, at)
      at = start
      fields.push({ number, value: take(Number(length)) })
    } else throw new RangeError(`wire type ${wire}`)
  }
  return fields
}

/** What lies at a path of field numbers, everywhere that they are repeated. */
export const valuesAt = (bytes: Buffer, path: ReadonlyArray<number>): ReadonlyArray<bigint | Buffer> => {
  const [first, ...rest] = path
  const values = readFields(bytes).flatMap(({ number, value }) => (number === first ? [value] : []))
  return rest.length === 0 ? values : values.flatMap(value => (Buffer.isBuffer(value) ? valuesAt(value, rest) : []))
}
