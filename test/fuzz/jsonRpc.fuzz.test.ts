/** Any line to the control socket: the answer is none or one line of JSON-RPC, for each request one result, and nothing throws. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { handle, type Methods } from "../../src/layers/control/JsonRpc.ts"
import { numRuns } from "./runs.ts"

const methods: Methods = {
  ping: () => Effect.succeed({ pid: 1 }),
  fails: () => Effect.die(new Error("a defect")),
}

/** The defect of a method is logged. */
const quietly = Logger.withMinimumLogLevel(LogLevel.None)

const id = FastCheck.oneof(FastCheck.integer(), FastCheck.string(), FastCheck.constant(null), FastCheck.jsonValue())

const request = FastCheck.record(
  {
    jsonrpc: FastCheck.oneof(FastCheck.constant("2.0"), FastCheck.jsonValue()),
    method: FastCheck.oneof(FastCheck.constantFrom("ping", "fails", "toString", "__proto__"), FastCheck.jsonValue()),
    params: FastCheck.jsonValue(),
    id,
  },
  { requiredKeys: [] },
)

const text = FastCheck.oneof(
  request.map(value => JSON.stringify(value)),
  FastCheck.array(request, { maxLength: 6 }).map(value => JSON.stringify(value)),
  FastCheck.jsonValue().map(value => JSON.stringify(value)),
  FastCheck.string({ unit: "binary" }),
  // Something that was JSON, cut.
  FastCheck.tuple(request, FastCheck.nat({ max: 40 })).map(([value, end]) => JSON.stringify(value).slice(0, end)),
)

/** Always tried. A counterexample that is found comes here, shrunk. */
const kept: ReadonlyArray<[string]> = [["[]"], ['{"id":1e999,"jsonrpc":"2.0","method":"ping"}'], ['[{"id":1}]']]

const isAnswer = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "jsonrpc" in value &&
  value.jsonrpc === "2.0" &&
  "id" in value &&
  "result" in value !== "error" in value

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Requests in a batch that want an answer: all but those that are whole requests without an id. */
const wantAnswers = (batch: ReadonlyArray<unknown>): number =>
  batch.filter(each => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return true
    const { jsonrpc, method, params }: { jsonrpc?: unknown; method?: unknown; params?: unknown } = each
    const isWhole = jsonrpc === "2.0" && typeof method === "string"
    const hasParams = !Object.hasOwn(each, "params") || (typeof params === "object" && params !== null)
    return Object.hasOwn(each, "id") || !isWhole || !hasParams
  }).length

describe("any line", () => {
  it.effect("gets no answer or one that JSON-RPC allows", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(text, async line => {
          const answer = await Effect.runPromise(quietly(handle(methods)(line)))
          const asked = parsed(line)
          if (answer === undefined) {
            assert.strictEqual(wantAnswers(Array.isArray(asked) ? asked : [asked]), 0, line)
            return
          }
          assert.notInclude(answer, "\n")
          const given = parsed(answer)
          if (!Array.isArray(given)) {
            assert.isTrue(isAnswer(given), answer)
            return
          }
          assert.isTrue(given.every(isAnswer), answer)
          assert.strictEqual(given.length, wantAnswers(Array.isArray(asked) ? asked : []), line)
        }),
        { numRuns, examples: [...kept] },
      ),
    ),
  )
})
