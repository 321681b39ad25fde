/** The plain server, for tests without Effect. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { assert, describe, it } from "vitest"
import { connect, Tree } from "../../../src/library/promise.ts"
import { EmbeddedCompositorError, Fault, startCompositor, WindowError } from "../../../src/library/testing.ts"

describe("startCompositor", () => {
  it("has windows that a client sees", async () => {
    await using compositor = await startCompositor({ desktop: "empty", outputs: 2 })
    await using sway = await connect({ socket: compositor.socketPath })
    const window = compositor.openWindow({ app_id: "foot", title: "zsh" })
    assert.deepStrictEqual((await sway.focused())?.id, window)
    compositor.renameWindow(window, "vim")
    compositor.moveWindow(window, "2")
    compositor.run("workspace 2")
    assert.strictEqual((await sway.focused())?.name, "vim")
    assert.deepStrictEqual(
      (await sway.getOutputs()).map(({ name }) => name),
      ["HEADLESS-1", "HEADLESS-2"],
    )
    assert.deepInclude(compositor.run("exec foot")[0], { success: false, parse_error: false })
    compositor.closeWindow(window)
    assert.isUndefined(new Tree(compositor.tree()).find({ name: "vim" }))
  })

  it("gives a new window the focus, and leaves the workspace where it is when its window is moved away", async () => {
    await using compositor = await startCompositor({ desktop: "empty" })
    const focused = () => new Tree(compositor.tree()).focused
    const first = compositor.openWindow({ title: "first" })
    assert.strictEqual(focused()?.id, first)
    const second = compositor.openWindow({ title: "second" })
    assert.strictEqual(focused()?.id, second)
    compositor.moveWindow(second, "2")
    assert.strictEqual(focused()?.id, first)
    compositor.closeWindow(first)
    assert.deepInclude(focused(), { type: "workspace", name: "1" })
  })

  it("throws the errors of its windows as they are", async () => {
    await using compositor = await startCompositor()
    assert.throws(() => compositor.demandAttention(99), WindowError)
    assert.deepInclude(compositor.tree(), { type: "root" })
  })

  it("rejects with its error as it is where it cannot listen", async () => {
    const directory = mkdtempSync(`${tmpdir()}/i3pm-test-`)
    try {
      writeFileSync(`${directory}/taken`, "")
      const paths = [`${directory}/taken`, `${directory}/missing/sway.sock`, `${directory}/${"x".repeat(120)}`]
      const reasons = paths.map(socketPath =>
        startCompositor({ socketPath }).then(
          () => "listens",
          (error: unknown) => {
            assert.instanceOf(error, EmbeddedCompositorError)
            assert.deepInclude({ ...error }, { _tag: "EmbeddedCompositorError", path: socketPath })
            assert.strictEqual(error.name, "EmbeddedCompositorError")
            return error.reason
          },
        ),
      )
      assert.deepStrictEqual(await Promise.all(reasons), ["PathExists", "NoDirectory", "PathTooLong"])
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it("leaves its path free once it is closed, also after a crash, and not another's", async () => {
    const directory = mkdtempSync(`${tmpdir()}/i3pm-test-`)
    try {
      const socketPath = `${directory}/sway.sock`
      const first = await startCompositor({ socketPath })
      await first.inject(Fault.Crash())
      assert.isTrue(existsSync(socketPath))
      await first.close()
      const second = await startCompositor({ socketPath })
      await second.inject(Fault.Crash())
      rmSync(socketPath)
      await using third = await startCompositor({ socketPath })
      await second.close()
      await using sway = await connect({ socket: third.socketPath })
      assert.isNotEmpty(await sway.getWorkspaces())
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it("has faults", async () => {
    await using compositor = await startCompositor()
    await compositor.inject(Fault.Exit())
    const failed = await connect({ socket: compositor.socketPath, signal: AbortSignal.timeout(50) }).then(
      () => "connected",
      () => "failed",
    )
    assert.strictEqual(failed, "failed")
  })
})
