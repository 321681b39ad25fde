import assert from "node:assert/strict"
import { test } from "node:test"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Sway } from "i3pm"
import { EmbeddedCompositor, Fault, layerEmbedded } from "i3pm/testing"
import { lines } from "./eww-panel.js"

/** The first line that has this text. */
const lineWith = (text: string) =>
  Stream.unwrap(lines).pipe(
    Stream.filter(line => line.includes(text)),
    Stream.runHead,
    Effect.flatten,
    Effect.map(line => JSON.parse(line)),
  )

test("a line has the workspaces, the windows, and where the focus is", async () => {
  const panel = Effect.gen(function* () {
    const first = yield* lineWith('"healthy"')
    assert.deepEqual(
      first.workspaces.map(({ name }: { name: string }) => name),
      ["1", "2"],
    )
    const focused = first.windows.filter(({ focused }: { focused: boolean }) => focused)
    assert.deepEqual(
      focused.map(({ app, workspace }: { app: string; workspace: string }) => [app, workspace]),
      [["foot", "1"]],
    )
    const sway = yield* Sway
    yield* sway.command`workspace ${"2"}`
    const second = yield* lineWith('"name":"2","output":"HEADLESS-1","focused":true')
    assert.equal(second.health, "healthy")
  })
  await Effect.runPromise(Effect.provide(panel, layerEmbedded()))
})

test("a compositor that is gone is said to be", async () => {
  const panel = Effect.gen(function* () {
    yield* lineWith('"healthy"')
    const { inject } = yield* EmbeddedCompositor
    yield* inject(Fault.Exit())
    const last = yield* lineWith('"disconnected"')
    assert.deepEqual([last.workspaces, last.windows], [[], []])
  })
  await Effect.runPromise(Effect.provide(panel, layerEmbedded()))
})
