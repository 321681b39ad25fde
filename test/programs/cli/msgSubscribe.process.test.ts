/** `msg -t subscribe -m` whose reader is slow, and whose compositor ends behind its last event. */
import { writeFileSync } from "node:fs"
import type { Socket } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { eventFrame, startScripted } from "../../support/scriptedCompositor.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const sway = { human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 }

/** Texts of different lengths, so that an event lies at another place in each chunk. */
const numbers = Array.from({ length: 30_000 }, (_, index) => index)
const tickOf = (index: number) => ({ first: false, payload: `${index} ${"x".repeat((index * 7) % 191)}` })
const frames = Buffer.concat(numbers.map(index => eventFrame("tick", tickOf(index))))
const lines = numbers.map(index => `${JSON.stringify(tickOf(index))}\n`).join("")

/** A compositor that answers a SUBSCRIBE with all events, and then does `next`. */
const setUp = (next: (client: Socket) => void) =>
  Effect.gen(function* () {
    const entry = yield* stageBundle
    const runtimeDir = yield* makeRuntimeDir
    const path = `${runtimeDir}/scripted.sock`
    yield* startScripted(path, ({ client, name, reply }) => {
      if (name === "get_version") return reply(sway)
      if (name !== "subscribe") return
      reply({ success: true })
      client.write(frames, () => next(client))
    })
    return { entry, options: { runtimeDir, env: { SWAYSOCK: path } } }
  })

const monitor = ["msg", "-m", "-t", "subscribe", '["tick"]']

describeWith(["setpriv", "node"], "i3pm msg -t subscribe", () => {
  it.scopedLive("prints each event as it came, although its own reader is slow", () =>
    Effect.gen(function* () {
      const sent = yield* Mailbox.make<true>()
      const { entry, options } = yield* setUp(() => void sent.unsafeOffer(true))
      const fifo = `${options.runtimeDir}/go`
      const script = 'mkfifo "$0"; "$@" | { read -r go <"$0"; cat; }'
      const slow = yield* spawnAs("/bin/sh", ["-c", script, fifo, process.execPath, entry, ...monitor], options)
      yield* sent.take
      writeFileSync(fifo, "go\n")
      const { stderr, stdout } = slow
      const hasEnded = () => stderr.text() !== "" || stdout.text().length >= lines.length
      yield* eventually(Effect.sync(hasEnded), ended => ended)
      assert.strictEqual(stderr.text(), "")
      assert.isTrue(stdout.text() === lines, `${stdout.text().length} of ${lines.length} characters`)
    }),
  )

  it.scopedLive("prints what came before the compositor ended, and exits with 1 then", () =>
    Effect.gen(function* () {
      const { entry, options } = yield* setUp(client => void client.end())
      const { code, stderr, stdout } = yield* i3pm(entry, monitor, options)
      assert.strictEqual(stderr, "i3pm: the compositor closed the connection\n")
      assert.isTrue(stdout === lines, `${stdout.length} of ${lines.length} characters`)
      assert.strictEqual(code, 1)
    }),
  )
})
