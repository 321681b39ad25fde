import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { connectionError, isPong, paramsIn, resultIn } from "../../../src/layers/control/answers.ts"
import { pingLine, requestLine } from "../../../src/layers/control/rpcLines.ts"
import { noJsonRpc, notRunning } from "../../support/wording.ts"

const PATH = "/run/ipc.sock"

const resultOf = (line: string) => resultIn(PATH, "get_status", line)

describe("a request", () => {
  it("has no params where there are none", () => {
    assert.strictEqual(requestLine("ping", undefined), '{"jsonrpc":"2.0","method":"ping","id":1}')
    assert.strictEqual(requestLine("m", { a: 1 }), '{"jsonrpc":"2.0","method":"m","params":{"a":1},"id":1}')
  })
})

describe("an answer", () => {
  it("has a result", () => {
    assert.deepStrictEqual(resultOf('{"jsonrpc":"2.0","result":{"a":1},"id":1}'), Either.right({ a: 1 }))
  })

  it("has an error, with or without the id", () => {
    for (const id of ["1", "null"]) {
      const error = Either.flip(resultOf(`{"jsonrpc":"2.0","error":{"code":-32601,"message":"no"},"id":${id}}`))
      assert.deepInclude(Either.getOrThrow(error), {
        reason: "Rpc",
        code: -32601,
        message: "the daemon refused get_status: no (-32601)",
      })
    }
  })

  it("is Malformed when it is anything else", () => {
    for (const line of ["", "7", "null", "[]", "{}", '{"result":1,"id":2}', '{"error":"no"}', '{"error":{}}']) {
      const error = Either.getOrThrow(Either.flip(resultOf(line)))
      assert.deepInclude(error, { reason: "Malformed", path: PATH })
      assert.include(error.message, `the listener on ${PATH} ${noJsonRpc}`)
    }
  })
})

describe("a notification", () => {
  it("has params", () => {
    assert.deepStrictEqual(paramsIn(PATH, '{"jsonrpc":"2.0","method":"m","params":[1]}'), Either.right([1]))
    assert.deepStrictEqual(paramsIn(PATH, '{"jsonrpc":"2.0","method":"m"}'), Either.right(undefined))
    assert.isTrue(Either.isLeft(paramsIn(PATH, '{"jsonrpc":"2.0","result":1,"id":1}')))
  })
})

describe("a pong", () => {
  it("is known by its id, which no other answer has", () => {
    assert.include(pingLine, '"id":2')
    assert.isTrue(isPong('{"jsonrpc":"2.0","result":{},"id":2}'))
    assert.isFalse(isPong('{"jsonrpc":"2.0","result":{},"id":1}'))
    assert.isFalse(isPong("nonsense"))
  })
})

describe("a connection that fails", () => {
  it("says whether the daemon runs, with the path", () => {
    const reasonOf = (code: string) => connectionError(PATH, code).reason
    assert.deepStrictEqual(["ENOENT", "ECONNREFUSED", "EACCES", "DEADLINE", "EILSEQ", "EIO"].map(reasonOf), [
      "NotRunning",
      "NotRunning",
      "Denied",
      "NoAnswer",
      "Malformed",
      "NoAnswer",
    ])
    assert.strictEqual(
      connectionError(PATH, "ECONNREFUSED").message,
      `${notRunning}: the socket has no listener (${PATH})`,
    )
  })
})
