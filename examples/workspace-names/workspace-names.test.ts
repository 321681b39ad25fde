import assert from "node:assert/strict"
import { test } from "node:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { Tree } from "i3pm"
import { layerMock, startCompositor } from "i3pm/testing"
import { nameFor, service } from "./workspace-names.js"

/** The tree of the embedded compositor. */
const readTree = async (): Promise<Tree> => {
  await using compositor = await startCompositor()
  return new Tree(compositor.tree())
}

test("a workspace is named after its windows, each program once", async () => {
  const tree = await readTree()
  const [first, second] = tree.workspaces
  assert.equal(first && nameFor(first), "1: emacs foot")
  assert.equal(second && nameFor(second), "2: pavucontrol")
})

test("several changes are one renaming, 50 ms after the last", async () => {
  const tree = await readTree()
  const compositor = { id: "first", name: "sway", version: "1.7", pid: null }
  const commands: Array<ReadonlyArray<unknown>> = []
  const sway = layerMock({
    tree: Effect.succeed(tree),
    changes: () =>
      Stream.concat(
        Stream.repeatValue({ _tag: "State", reason: "start", lost: 0, tree, compositor } as const).pipe(Stream.take(3)),
        Stream.never,
      ),
    command: (_, ...names) => Effect.sync(() => void commands.push(names)),
  })
  const rounds = Effect.gen(function* () {
    const running = yield* Effect.fork(service)
    yield* TestClock.adjust("49 millis")
    assert.deepEqual(commands, [])
    yield* TestClock.adjust("1 millis")
    yield* Fiber.interrupt(running)
  })
  await Effect.runPromise(Effect.provide(Effect.provide(rounds, sway), TestContext.TestContext))
  assert.deepEqual(commands, [
    ["1", "1: emacs foot"],
    ["2", "2: pavucontrol"],
  ])
})
