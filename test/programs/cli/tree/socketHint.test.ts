import { assert, describe, it } from "@effect/vitest"
import { noLiveSocket } from "../../../../src/layers/sockets/LiveSocket.ts"
import { socket } from "../../../../src/programs/cli/catalogue/connection.ts"
import { sessionInstall } from "../../../../src/programs/cli/catalogue/session.ts"
import { withSocketHint } from "../../../../src/programs/cli/tree/socketHint.ts"

const nothing = noLiveSocket([], { path: "/run/user/1000", refusal: undefined })

const messageOf = (error: unknown) => (error instanceof Error ? error.message : "")

describe("the hint at --socket", () => {
  it("is for commands that have it", () => {
    assert.isTrue(
      messageOf(withSocketHint(socket, nothing)).endsWith("start Sway or i3, or name a socket with --socket PATH"),
    )
    assert.strictEqual(withSocketHint(sessionInstall, nothing), nothing)
  })

  it("is for errors that it helps against", () => {
    const other = new TypeError("other")
    assert.strictEqual(withSocketHint(socket, other), other)
  })
})
