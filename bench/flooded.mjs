/**
 * Measures what the relay keeps of its memory after a flood: 100,000 events, which nine clients read while a tenth never does and is
 * closed. Part of relay.mjs.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { open, relayPath, row, startRelay } from "./passing.mjs"
import { residentMiB } from "./process.mjs"
import { frame, frames, SEND_TICK, SUBSCRIBE } from "./wire.mjs"
import { kill, makeRuntimeDir, startCompositor, untilAnswering } from "./world.mjs"

const EVENTS = 100_000
const READERS = 9

/** Events that are sent at a time: all clients are in this process, which is slower than the relay. */
const BURST = 2000

/** What a tick carries: as much as an event of a window. */
const PAYLOAD = "x".repeat(700)

/** After a flood, until memory is read, in milliseconds. */
const REST = 15_000

/** The most that may be left, in MiB: V8 has compiled the code of the flood by then. */
const MOST = 16

const subscriber = async path => {
  const seen = { events: 0, told: () => {} }
  const socket = await open(
    path,
    frames(({ first }) => {
      // A reply has no such field.
      if (first === undefined) return
      seen.events += 1
      seen.told()
    }),
  )
  socket.write(frame(SUBSCRIBE, '["tick"]'))
  const reach = count =>
    new Promise(resolve => {
      seen.told = () => seen.events >= count && resolve()
      seen.told()
    })
  await reach(1)
  return { socket, seen, reach }
}

export const memoryAfterFlood = async quick => {
  const runtimeDir = makeRuntimeDir()
  const compositor = startCompositor(runtimeDir)
  await untilAnswering(compositor)
  const relay = await startRelay(runtimeDir)
  const path = relayPath(runtimeDir)
  const readers = await Promise.all(Array.from({ length: READERS }, () => subscriber(path)))
  const tenth = await subscriber(path)
  tenth.socket.pause()
  await sleep(REST)
  const before = residentMiB(relay.pid)
  const [sender] = readers
  const burst = Buffer.concat(Array(BURST).fill(frame(SEND_TICK, PAYLOAD)))
  let largest = before
  for (let sent = BURST; sent <= (quick ? EVENTS / 5 : EVENTS); sent += BURST) {
    sender.socket.write(burst)
    await Promise.all(readers.map(({ reach }) => reach(1 + sent)))
    largest = Math.max(largest, residentMiB(relay.pid))
  }
  await sleep(REST)
  const after = residentMiB(relay.pid)
  for (const { socket } of [...readers, tenth]) socket.destroy()
  await kill(relay)
  await kill(compositor)
  return row(
    `relay: resident memory after a flood of ${EVENTS} events (largest: ${Math.round(largest)} MiB) / before`,
    "MiB",
    { measured: after, baseline: before, ratio: after / before },
    `<= ${MOST} MiB more`,
    after - before <= MOST,
  )
}
