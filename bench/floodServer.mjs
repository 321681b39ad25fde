/**
 * Measures nothing: a compositor that answers each request, and a SEND_TICK with as many events as the second argument says, in the
 * size of sway's window events. The first argument is its socket.
 */
import { createServer } from "node:net"
import { EVENT_SIZE, frame, GET_VERSION, requests, SEND_TICK } from "./wire.mjs"

const [, , path, count] = process.argv

const WINDOW_EVENT = 0x80000003

/** Events that are written at a time. */
const BATCH = 64

const version = JSON.stringify({ human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 })
const batch = Buffer.concat(Array(BATCH).fill(frame(WINDOW_EVENT, JSON.stringify({ change: "x".repeat(EVENT_SIZE) }))))

const flood = client => {
  let left = Number(count) / BATCH
  const more = () => {
    while (left > 0) {
      left -= 1
      if (!client.write(batch)) return void client.once("drain", more)
    }
  }
  more()
}

const replies = { 2: '{"success": true}', 4: '{"id": 1, "type": "root", "nodes": []}', [GET_VERSION]: version }

createServer(client => {
  client.on("error", () => {})
  client.on(
    "data",
    requests(type => {
      client.write(frame(type, replies[type] ?? "[]"))
      if (type === SEND_TICK) flood(client)
    }),
  )
}).listen(path)
