import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import {
  errorText,
  handle,
  internalError,
  invalidParams,
  type Json,
  MAX_BATCH,
  type Methods,
  notificationText,
  RpcError,
} from "../../../src/layers/control/JsonRpc.ts"

const isNumbers = (value: unknown): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.every(item => typeof item === "number")

const subtract = (params: unknown): Effect.Effect<Json, RpcError> => {
  if (isNumbers(params)) return Effect.succeed((params[0] ?? 0) - (params[1] ?? 0))
  if (typeof params === "object" && params !== null && "minuend" in params && "subtrahend" in params) {
    return Effect.succeed(Number(params.minuend) - Number(params.subtrahend))
  }
  return invalidParams("subtract wants two numbers")
}

/** What no JSON can be made of, as a cycle or too deep a nesting is for one version of V8 and not for the next. */
const unwritable = (): Json => ({
  get value(): never {
    throw new RangeError("Maximum call stack size exceeded")
  },
})

const deep = (): Json => {
  let value: Json = null
  for (let level = 0; level < 200_000; level += 1) value = [value]
  return value
}

const methods: Methods = {
  subtract,
  sum: params => Effect.succeed(isNumbers(params) ? params.reduce((total, value) => total + value, 0) : 0),
  get_data: () => Effect.succeed(["hello", 5]),
  update: () => Effect.succeed(null),
  notify_hello: () => Effect.succeed(null),
  notify_sum: () => Effect.succeed(null),
  echo: params => Effect.succeed(JSON.parse(JSON.stringify(params ?? null))),
  die: () => Effect.die("a defect"),
  throws: () => {
    throw new RangeError("thrown before there is an effect")
  },
  deep: () => Effect.sync(deep),
  unwritable: () => Effect.sync(unwritable),
  broken: () => internalError("the disk is full"),
  renamed: () => new RpcError({ code: -32602, message: "dry_run must be a boolean" }),
  custom: () => new RpcError({ code: 7, message: "no such socket", data: { path: "/x" } }),
  raw: () => Effect.succeed({ path: "/run/\udcff" }),
  rawError: () => new RpcError({ code: 7, message: "no \udcff", data: { path: "/run/\udcff" } }),
  badData: () => new RpcError({ code: 7, message: "", data: unwritable() }),
}

const ask = handle(methods)

const internal = '{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}'

/** Exactly as section 7 of the specification prints them: what goes in, and what comes out, if anything. */
const examples: ReadonlyArray<readonly [name: string, request: string, response: string | undefined]> = [
  [
    "positional parameters",
    '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    '{"jsonrpc": "2.0", "result": 19, "id": 1}',
  ],
  [
    "positional parameters, the other way round",
    '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    '{"jsonrpc": "2.0", "result": -19, "id": 2}',
  ],
  [
    "named parameters",
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    '{"jsonrpc": "2.0", "result": 19, "id": 3}',
  ],
  [
    "named parameters, the other way round",
    '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    '{"jsonrpc": "2.0", "result": 19, "id": 4}',
  ],
  ["a notification", '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}', undefined],
  ["a notification of no method", '{"jsonrpc": "2.0", "method": "foobar"}', undefined],
  [
    "non-existent method",
    '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
    '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
  ],
  [
    "invalid JSON",
    '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    '{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}',
  ],
  [
    "invalid Request object",
    '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
    '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}',
  ],
  [
    "batch, invalid JSON",
    '[\n  {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},\n  {"jsonrpc": "2.0", "method"\n]',
    '{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}',
  ],
  ["an empty array", "[]", '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}'],
  [
    "an invalid batch (but not empty)",
    "[1]",
    '[\n  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}\n]',
  ],
  [
    "invalid batch",
    "[1,2,3]",
    `[
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}
]`,
  ],
  [
    "batch",
    `[
        {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
        {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
        {"foo": "boo"},
        {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
        {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`,
    `[
        {"jsonrpc": "2.0", "result": 7, "id": "1"},
        {"jsonrpc": "2.0", "result": 19, "id": "2"},
        {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
        {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
        {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
    ]`,
  ],
  [
    "batch (all notifications)",
    `[
        {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
    ]`,
    undefined,
  ],
]

describe("section 7 of the specification", () => {
  for (const [name, request, response] of examples) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const answer = yield* ask(request)
        // Every member in its printed place; only the white space between them is ours.
        assert.strictEqual(answer, response === undefined ? undefined : JSON.stringify(JSON.parse(response)))
      }),
    )
  }
})

const invalid = (id: string) => `{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":${id}}`

describe("requests", () => {
  for (const id of ["1", '"1"', "null", "1.5", "-1", "0", '""', '"\\u00e9\\n"', "9007199254740991"]) {
    it.effect(`gives the id ${id} back`, () =>
      Effect.gen(function* () {
        const answer = yield* ask(`{"jsonrpc":"2.0","method":"sum","id":${id}}`)
        assert.strictEqual(answer, JSON.stringify({ jsonrpc: "2.0", result: 0, id: JSON.parse(id) }))
      }),
    )
  }

  for (const id of ["true", "{}", "[1]", "1e999"]) {
    it.effect(`takes ${id} for no id`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* ask(`{"jsonrpc":"2.0","method":"sum","id":${id}}`), invalid("null"))
      }),
    )
  }

  it.effect(
    "requires the version, a method that is a string, and structured params; sends the id back if it is readable",
    () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* ask('{"method":"sum","id":1}'), invalid("1"))
        assert.strictEqual(yield* ask('{"jsonrpc":"1.0","method":"sum","id":"x"}'), invalid('"x"'))
        assert.strictEqual(yield* ask('{"jsonrpc":2.0,"method":"sum","id":1}'), invalid("1"))
        assert.strictEqual(yield* ask('{"jsonrpc":"2.0","method":null,"id":1}'), invalid("1"))
        for (const params of ["null", "1", '"bar"', "true"]) {
          assert.strictEqual(yield* ask(`{"jsonrpc":"2.0","method":"sum","params":${params},"id":1}`), invalid("1"))
          assert.strictEqual(yield* ask(`{"jsonrpc":"2.0","method":"sum","params":${params}}`), invalid("null"))
        }
        for (const text of ["null", "1", '"ping"', "true", "{}"]) assert.strictEqual(yield* ask(text), invalid("null"))
      }),
  )

  it.effect("has no inherited methods", () =>
    Effect.gen(function* () {
      const expected = '{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}'
      for (const method of ["toString", "__proto__", "constructor", "hasOwnProperty", "valueOf", ""]) {
        assert.strictEqual(yield* ask(JSON.stringify({ jsonrpc: "2.0", method, id: 1 })), expected)
      }
      assert.strictEqual(yield* ask('{"__proto__":{"jsonrpc":"2.0","method":"sum","id":1}}'), invalid("null"))
    }),
  )

  it.effect("answers the one request of a batch in an array", () =>
    Effect.gen(function* () {
      const answer = yield* ask('[{"jsonrpc":"2.0","method":"sum","params":[1,2],"id":1}]')
      assert.strictEqual(answer, '[{"jsonrpc":"2.0","result":3,"id":1}]')
    }),
  )

  it.effect("refuses a batch that is too large, as a whole", () =>
    Effect.gen(function* () {
      const request = '{"jsonrpc":"2.0","method":"sum","id":1}'
      const most = JSON.parse((yield* ask(`[${Array(MAX_BATCH).fill(request).join(",")}]`)) ?? "")
      assert.lengthOf(most, MAX_BATCH)
      const answer = yield* ask(
        `[${Array(MAX_BATCH + 1)
          .fill(request)
          .join(",")}]`,
      )
      assert.deepStrictEqual(JSON.parse(answer ?? ""), {
        jsonrpc: "2.0",
        error: { code: -32600, message: "Invalid Request", data: `a batch has at most ${MAX_BATCH} requests` },
        id: null,
      })
    }),
  )

  it.effect("survives deep nesting, in and out", () =>
    Effect.gen(function* () {
      const nested = `${"[".repeat(32_000)}${"]".repeat(32_000)}`
      // How deep a text can be read and written is V8's business: it is, or it is said to be an error.
      const unread = errorText(-32700)
      assert.oneOf(yield* ask(nested), [`[${invalid("null")}]`, unread])
      assert.strictEqual(yield* ask("[".repeat(64_000)), unread)
      const answer = yield* ask(`{"jsonrpc":"2.0","method":"sum","params":${nested},"id":1}`)
      assert.oneOf(answer, ['{"jsonrpc":"2.0","result":0,"id":1}', unread])
      // The depth of people and of programs is read everywhere.
      const usual = `${"[".repeat(100)}${"]".repeat(100)}`
      assert.strictEqual(yield* ask(usual), `[${invalid("null")}]`)
      const deepest = yield* ask('{"jsonrpc":"2.0","method":"deep","id":1}')
      const written = `{"jsonrpc":"2.0","result":${"[".repeat(200_000)}null${"]".repeat(200_000)},"id":1}`
      assert.isTrue(deepest === written || deepest === internal, deepest?.slice(0, 100))
    }),
  )

  it.effect("sends an internal error for a result, or the data of an error, that cannot be written", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* ask('{"jsonrpc":"2.0","method":"unwritable","id":1}'), internal)
      assert.strictEqual(yield* ask('{"jsonrpc":"2.0","method":"badData","id":1}'), internal)
    }),
  )
})

describe("methods that fail", () => {
  const errorOf = (method: string) =>
    Effect.map(ask(JSON.stringify({ jsonrpc: "2.0", method, id: 1 })), text => JSON.parse(text ?? "").error)

  it.effect("sends -32603 for a defect, without its details", () =>
    Effect.gen(function* () {
      const expected = { code: -32603, message: "Internal error" }
      assert.deepStrictEqual(yield* errorOf("die"), expected)
      assert.deepStrictEqual(yield* errorOf("throws"), expected)
      assert.isUndefined(yield* ask('{"jsonrpc":"2.0","method":"die"}'))
      const batch = yield* ask('[{"jsonrpc":"2.0","method":"die","id":1},{"jsonrpc":"2.0","method":"sum","id":2}]')
      assert.deepStrictEqual(JSON.parse(batch ?? ""), [
        { jsonrpc: "2.0", error: expected, id: 1 },
        { jsonrpc: "2.0", result: 0, id: 2 },
      ])
    }),
  )

  it.effect("keeps the standard messages, with the explanation as data", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* errorOf("subtract"), {
        code: -32602,
        message: "Invalid params",
        data: "subtract wants two numbers",
      })
      assert.deepStrictEqual(yield* errorOf("broken"), {
        code: -32603,
        message: "Internal error",
        data: "the disk is full",
      })
      assert.deepStrictEqual(yield* errorOf("renamed"), {
        code: -32602,
        message: "Invalid params",
        data: "dry_run must be a boolean",
      })
      assert.deepStrictEqual(yield* errorOf("custom"), { code: 7, message: "no such socket", data: { path: "/x" } })
      assert.isUndefined(yield* ask('{"jsonrpc":"2.0","method":"broken"}'))
    }),
  )

  it.effect("holds nothing that other parsers refuse, but for the client's own id", () =>
    Effect.gen(function* () {
      const answerTo = (method: string) => ask(`{"jsonrpc":"2.0","method":"${method}","id":"\\udcff"}`)
      assert.strictEqual(yield* answerTo("raw"), '{"jsonrpc":"2.0","result":{"path":"/run/\ufffd"},"id":"\\udcff"}')
      assert.strictEqual(
        yield* answerTo("rawError"),
        '{"jsonrpc":"2.0","error":{"code":7,"message":"no \ufffd","data":{"path":"/run/\ufffd"}},"id":"\\udcff"}',
      )
      assert.notInclude(notificationText("changed", { path: "/run/\udcff" }), "\\ud")
    }),
  )

  it.effect("lets an interruption through", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(handle({ wait: () => Effect.never })('{"jsonrpc":"2.0","method":"wait","id":1}'))
      yield* Effect.yieldNow()
      const exit = yield* Fiber.interrupt(fiber)
      assert.strictEqual(exit._tag, "Failure")
    }),
  )
})

it("writes notifications and errors without an id", () => {
  assert.strictEqual(
    notificationText("socket_health", { status: "healthy" }),
    '{"jsonrpc":"2.0","method":"socket_health","params":{"status":"healthy"}}',
  )
  assert.strictEqual(
    errorText(-32600, "a line has at most 65536 bytes"),
    '{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request","data":"a line has at most 65536 bytes"},"id":null}',
  )
})
