/** `events` into a pipe: the entry subscribes and prints the first events, and the part that it loads goes on with the connection. */
import { rmSync, writeFileSync } from "node:fs"
import type { Socket } from "node:net"
import { dirname, join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import { treeArguments } from "../../support/byTree.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { eventFrame, startScripted } from "../../support/scriptedCompositor.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"
import { noSocketFound } from "../../support/wording.ts"

const sway = { human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 }
const i3 = { human_readable: "4.22", major: 4, minor: 22, patch: 0 }

const tick = (number: number) => eventFrame("tick", { first: false, payload: String(number) })

const ticks = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, index) => `{"event":"tick","payload":{"first":false,"payload":"${from + index}"}}\n`,
  )

/** A compositor that says yes to each SUBSCRIBE; `subscribed` has the connections on which ticks are wanted. */
const startCompositor = (path: string, version: object, first: (client: Socket) => void = () => {}) =>
  Effect.gen(function* () {
    const subscribed = yield* Mailbox.make<Socket>()
    const crash = yield* startScripted(path, ({ client, name, reply }) => {
      if (name === "get_version") return reply(version)
      if (name !== "subscribe") return
      reply({ success: true })
      first(client)
      subscribed.unsafeOffer(client)
    })
    return { subscribed, crash }
  })

const setUp = Effect.gen(function* () {
  const entry = yield* stageBundle
  const runtimeDir = yield* makeRuntimeDir
  const path = `${runtimeDir}/scripted.sock`
  return { entry, path, options: { runtimeDir, env: { SWAYSOCK: path } } }
})

/** Writes this many ticks as fast as they are taken, then calls `done`. */
const flood = (client: Socket, count: number, done: () => void = () => {}) => {
  let next = 0
  const more = () => {
    while (next < count) {
      next += 1
      if (!client.write(tick(next - 1))) return void client.once("drain", more)
    }
    done()
  }
  more()
}

/** How many events the lines account for: each is the next one, or says how many have been lost before it. */
const accounted = (text: string): number => {
  let next = 0
  for (const line of text.split("\n").slice(0, -1)) {
    const { count, event, payload } = JSON.parse(line)
    if (event === "lost") next += count
    else {
      assert.strictEqual(payload.payload, String(next))
      next += 1
    }
  }
  return next
}

describeWith(["setpriv", "node"], "events that the entry begins", () => {
  it.scopedLive("say in one line that there is no compositor to begin with", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const events = yield* spawnAs(process.execPath, [entry, "events"], { runtimeDir: yield* makeRuntimeDir })
      yield* eventually(Effect.sync(events.stderr.text), text => text.endsWith("\n"))
      yield* events.kill("SIGINT")
      const { code, stderr, stdout } = yield* events.finished
      assert.deepStrictEqual([code, stdout], [0, ""])
      assert.match(stderr, /^i3pm: waiting for a compositor: .*\n$/)
      assert.include(stderr, noSocketFound)
    }),
  )

  it.scopedLive("has the first lines before the Effect runtime is loaded, the tree's to the byte", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      yield* startCompositor(path, i3, client => client.write(Buffer.concat([tick(0), tick(1)])))
      const args = ["events", "input", "tick"]
      const tree = yield* spawnAs(process.execPath, treeArguments(entry, args), options)
      const text = yield* eventually(Effect.sync(tree.stdout.text), each => each.split("\n").length > 2)
      yield* tree.kill("SIGTERM")
      const expected = yield* tree.finished
      assert.match(expected.stderr, /has no event input\n$/)
      const part = join(dirname(entry), "connection.cjs")
      rmSync(part)
      writeFileSync(part, "exports.run = () => process.exit(7)")
      assert.deepInclude(yield* i3pm(entry, args, options), { code: 7, stderr: expected.stderr, stdout: text })
    }),
  )

  it.scopedLive("goes on in the middle of a frame, on the same connection", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      const all = Buffer.concat([0, 1, 2, 3, 4].map(tick))
      const cut = 2 * tick(0).length + 9
      const { subscribed } = yield* startCompositor(path, sway, client => client.write(all.subarray(0, cut)))
      const events = yield* spawnAs(process.execPath, [entry, "events", "tick"], options)
      yield* eventually(Effect.sync(events.stdout.text), text => text === ticks(0, 2).join(""))
      const client = yield* subscribed.take
      client.write(all.subarray(cut))
      yield* eventually(Effect.sync(events.stdout.text), text => text === ticks(0, 5).join(""))
      client.write(tick(5))
      yield* eventually(Effect.sync(events.stdout.text), text => text === ticks(0, 6).join(""))
      assert.deepStrictEqual(yield* subscribed.size, Option.some(0), "there is one subscription")
      yield* events.kill("SIGINT")
      assert.deepInclude(yield* events.finished, { code: 0, stderr: "" })
    }),
  )

  it.scopedLive("loses no event of a flood without saying so, has none twice, and keeps their order", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      const count = 30_000
      yield* startCompositor(path, sway, client => flood(client, count))
      const events = yield* spawnAs(process.execPath, [entry, "events", "tick"], options)
      yield* eventually(Effect.sync(events.stdout.text), text => text.endsWith(ticks(count - 1, count).join("")))
      assert.strictEqual(accounted(events.stdout.text()), count)
    }),
  )

  it.scopedLive("takes all that the compositor sends while its own reader is slow, and says what was lost", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      const count = 30_000
      const sent = yield* Mailbox.make<true>()
      yield* startCompositor(path, sway, client => flood(client, count, () => sent.unsafeOffer(true)))
      const fifo = `${options.runtimeDir}/go`
      const script = 'mkfifo "$0"; "$@" | { read -r go <"$0"; cat; }'
      const slow = yield* spawnAs("/bin/sh", ["-c", script, fifo, process.execPath, entry, "events", "tick"], options)
      yield* sent.take
      writeFileSync(fifo, "go\n")
      yield* eventually(Effect.sync(slow.stdout.text), text => text.endsWith(ticks(count - 1, count).join("")))
      assert.include(slow.stdout.text(), '{"event":"lost"')
      assert.strictEqual(accounted(slow.stdout.text()), count)
    }),
  )

  it.scopedLive("says resubscribed after a compositor that has died in the hand-over, whose events are printed", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      const first = yield* startCompositor(path, sway, client => client.write(Buffer.concat([tick(0), tick(1)])))
      const events = yield* spawnAs(process.execPath, [entry, "events", "tick"], options)
      const client = yield* first.subscribed.take
      yield* eventually(Effect.sync(events.stdout.text), text => text !== "")
      // The part is being loaded now.
      client.end(tick(2), first.crash)
      yield* Effect.async<void>(resume => void client.once("close", () => resume(Effect.void)))
      yield* startCompositor(path, sway, later => later.write(tick(7)))
      const resubscribed = `{"event":"resubscribed","socket_path":"${path}"}\n`
      const expected = [...ticks(0, 3), resubscribed, ...ticks(7, 8)].join("")
      yield* eventually(Effect.sync(events.stdout.text), text => text === expected)
    }),
  )

  it.scopedLive("ends with 0 on a signal, at any time, and when its reader goes away", () =>
    Effect.gen(function* () {
      const { entry, options, path } = yield* setUp
      const { subscribed } = yield* startCompositor(path, sway, client => client.write(tick(0)))
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        for (const isEarly of [true, false]) {
          const events = yield* spawnAs(process.execPath, [entry, "events", isEarly ? "window" : "tick"], options)
          yield* subscribed.take
          if (!isEarly) yield* eventually(Effect.sync(events.stdout.text), text => text !== "")
          yield* events.kill(signal)
          assert.deepInclude(yield* events.finished, { code: 0, stderr: "" })
        }
      }
      const script = '{ "$1" "$2" events tick; echo "status $?" >&2; } | head -n 1'
      const head = yield* spawnAs("/bin/sh", ["-c", script, "sh", process.execPath, entry], options)
      assert.deepInclude(yield* head.finished, { stderr: "status 0\n", stdout: ticks(0, 1).join("") })
    }),
  )
})
