/** The relay under load: a flood of events with a client that does not read, and clients that come and go. */
import * as fs from "node:fs"
import { Socket } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeUnbounded, HEADER_SIZE } from "../../src/layers/ipc/Frame.ts"
import { FrameScanner } from "../../src/layers/ipc/FrameScanner.ts"
import { EVENT_BIT, eventTypes, requestTypes } from "../../src/layers/ipc/Message.ts"
import { startSway } from "../support/Desktop.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { startRelay } from "../support/relay.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

/** Enough to fill the buffer of a client that does not read; the whole 100,000 take a minute. */
const EVENTS = Number(process.env["I3PM_RELAY_EVENTS"] ?? 30_000)
/** Events that are sent at a time. */
const BURST = 2000
const READERS = 9
const VISITS = 1000

const TICK = EVENT_BIT + eventTypes.tick

/** A connection as a program without a library has it: bytes, and what becomes of them. */
const open = (path: string, onData: (chunk: Buffer) => void) =>
  Effect.acquireRelease(
    Effect.async<Socket>(resume => {
      const socket = new Socket()
      socket.on("data", onData)
      socket.on("error", () => {})
      socket.connect(path, () => resume(Effect.succeed(socket)))
    }),
    socket => Effect.sync(() => socket.destroy()),
  )

/** Counts the ticks that come in order, each with its number as payload. */
const makeReader = (path: string) =>
  Effect.gen(function* () {
    const scanner = new FrameScanner()
    const seen = { replies: 0, ticks: 0, wrong: "" }
    const socket = yield* open(path, chunk => {
      const error = scanner.push(chunk, (type, buffer, start, end) => {
        if (type !== TICK) seen.replies += 1
        else {
          const text = buffer.toString("latin1", start + HEADER_SIZE, end)
          // The first answers the subscription.
          if (text.includes(`"payload": "${seen.ticks === 0 ? "" : seen.ticks}"`)) seen.ticks += 1
          else if (seen.wrong === "") seen.wrong = text
        }
      })
      if (error !== undefined) seen.wrong = error.message
    })
    socket.write(encodeUnbounded(requestTypes.subscribe, '["tick"]'))
    yield* eventually(
      Effect.sync(() => seen.ticks),
      ticks => ticks === 1,
    )
    return { socket, seen }
  })

const descriptorsOf = (pid: number) => fs.readdirSync(`/proc/${pid}/fd`).length

const residentMiB = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

/** What a client may have sent when it goes, and whether it waits until it has heard something. */
const visits = [
  { sends: Buffer.alloc(0), waits: false },
  { sends: encodeUnbounded(requestTypes.get_tree, "").subarray(0, 9), waits: false },
  { sends: encodeUnbounded(requestTypes.command, "nop").subarray(0, 15), waits: false },
  { sends: encodeUnbounded(requestTypes.get_tree, ""), waits: false },
  { sends: encodeUnbounded(requestTypes.get_tree, ""), waits: true },
  { sends: encodeUnbounded(requestTypes.subscribe, '["window","tick"]'), waits: false },
  { sends: encodeUnbounded(requestTypes.subscribe, '["window","tick"]'), waits: true },
  { sends: Buffer.from("close-sway-ipc"), waits: false },
]

/** A client that comes and goes. */
const visit = (path: string, { sends, waits }: (typeof visits)[number]) =>
  Effect.scoped(
    Effect.gen(function* () {
      let hasHeard = false
      const socket = yield* open(path, () => {
        hasHeard = true
      })
      socket.write(sends)
      if (waits)
        yield* eventually(
          Effect.sync(() => hasHeard),
          is => is,
        )
    }),
  )

describeWith([...swayTools, "node"], "the relay under load", () => {
  it.scopedLive(
    `brings ${EVENTS} events whole to nine readers, and closes a tenth that does not read alone`,
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        yield* startSway({ runtimeDir })
        const relay = yield* startRelay(runtimeDir, { env: { I3PM_RELAY_BUFFER: "1 MiB" } })
        const readers = yield* Effect.all(Array.from({ length: READERS }, () => makeReader(relay.path)))
        const tenth = yield* makeReader(relay.path)
        tenth.socket.pause()
        const sender = yield* makeReader(relay.path)
        // All eleven clients are in this one process, and the relay is faster. Without a pause it would close a reader as well.
        const burst = (from: number) =>
          Effect.gen(function* () {
            const end = from + BURST
            for (let number = from; number < end; number += 1) {
              sender.socket.write(encodeUnbounded(requestTypes.send_tick, `${number}`))
            }
            for (const { seen } of [...readers, sender]) {
              yield* eventually(
                Effect.sync(() => seen),
                ({ ticks, wrong }) => ticks === end || wrong !== "",
              )
              assert.strictEqual(seen.wrong, "")
            }
          })
        const flood = (from: number) =>
          Effect.gen(function* () {
            for (let sent = 0; sent < EVENTS; sent += BURST) yield* burst(from + sent)
            return residentMiB(relay.pid)
          })
        const first = yield* flood(1)
        tenth.socket.resume()
        yield* eventually(
          Effect.sync(() => tenth.socket.closed),
          closed => closed,
        )
        assert.isBelow(tenth.seen.ticks, EVENTS)
        assert.include(relay.stderr.text(), "closed a client that does not read")
        for (const { socket } of readers) assert.isFalse(socket.closed)
        const second = yield* flood(EVENTS + 1)
        assert.strictEqual(sender.seen.replies, 2 * EVENTS + 1)
        // The first makes V8's heap and the allocator's arenas as large as they get, and they are kept.
        assert.isAtMost(second - first, 16, "MiB")
      }),
    120_000,
  )

  it.scopedLive(`has as many descriptors as before when ${VISITS} clients have come and gone, and so has sway`, () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const sway = yield* startSway({ runtimeDir })
      const relay = yield* startRelay(runtimeDir)
      const waiting = { sends: encodeUnbounded(requestTypes.get_tree, ""), waits: true }
      yield* visit(relay.path, waiting)
      const descriptors = () => [relay.pid, sway.pid].map(descriptorsOf)
      const before = descriptors()
      const all = Array.from({ length: VISITS }, (_, index) => visits[index % visits.length] ?? waiting)
      yield* Effect.forEach(all, each => visit(relay.path, each), { concurrency: 50, discard: true })
      // One connection more or fewer may be ready, or being made.
      yield* eventually(Effect.sync(descriptors), now => now.every((count, index) => count <= (before[index] ?? 0) + 2))
    }),
  )
})
