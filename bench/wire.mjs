/**
 * Measures nothing: i3 frames and lines on a Unix socket by hand, with no more than `node:net`. The baselines are made of
 * it, and so are the eyes of the benchmark.
 */
import { connect } from "node:net"
import { endianness } from "node:os"

const HEADER = 14
const little = endianness() === "LE"

export const SUBSCRIBE = 2
export const GET_VERSION = 7
export const SEND_TICK = 10

/** Bytes in an event of a flood, about as many as in one of sway's window events. */
export const EVENT_SIZE = 700

/** A request or a reply; without payload unless one is given. */
export const frame = (type, payload = "") => {
  const body = Buffer.from(payload)
  const bytes = Buffer.alloc(HEADER)
  bytes.write("i3-ipc")
  if (little) bytes.writeUInt32LE(body.length, 6)
  else bytes.writeUInt32BE(body.length, 6)
  if (little) bytes.writeUInt32LE(type, 10)
  else bytes.writeUInt32BE(type, 10)
  return Buffer.concat([bytes, body])
}

/** Calls `onRequest` with the type of each request; their payloads are not looked at. */
export const requests = onRequest => {
  let rest = Buffer.alloc(0)
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= HEADER) {
      const end = HEADER + (little ? rest.readUInt32LE(6) : rest.readUInt32BE(6))
      if (rest.length < end) return
      onRequest(little ? rest.readUInt32LE(10) : rest.readUInt32BE(10))
      rest = rest.subarray(end)
    }
  }
}

/** Calls `onReply` with the JSON of each whole frame. */
export const frames = onReply => {
  let rest = Buffer.alloc(0)
  return chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= HEADER) {
      const end = HEADER + (little ? rest.readUInt32LE(6) : rest.readUInt32BE(6))
      if (rest.length < end) return
      const payload = rest.toString("utf8", HEADER, end)
      rest = rest.subarray(end)
      onReply(JSON.parse(payload))
    }
  }
}

/** Calls `onLine` with each whole line. */
export const lines = onLine => {
  let rest = ""
  return chunk => {
    rest += chunk
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const line = rest.slice(0, end)
      rest = rest.slice(end + 1)
      onLine(line)
    }
  }
}

/** An open line connection: `ask` sends one line and gives the next that comes back. */
export const openLines = path =>
  new Promise((resolve, reject) => {
    let waiting
    const socket = connect(path)
    socket.setEncoding("utf8")
    socket.on(
      "data",
      lines(line => waiting?.(line)),
    )
    socket.on("error", reject)
    socket.on("connect", () =>
      resolve({
        ask: line =>
          new Promise(answer => {
            waiting = answer
            socket.write(`${line}\n`)
          }),
        onLine: callback => {
          waiting = callback
        },
        close: () => socket.destroy(),
      }),
    )
  })

/** One line there, one line back, on a connection of its own. */
export const ask = async (path, line) => {
  const connection = await openLines(path)
  try {
    return await connection.ask(line)
  } finally {
    connection.close()
  }
}
