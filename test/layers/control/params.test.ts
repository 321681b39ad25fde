import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeParams, optionalFlag, withoutParams } from "../../../src/layers/control/params.ts"

const schema = Schema.Struct({ dry_run: optionalFlag })
const decode = (params: unknown) => decodeParams(schema, params, '{"dry_run": true}')

describe("parameters", () => {
  it.effect("have defaults: an empty object or array counts as none", () =>
    Effect.gen(function* () {
      for (const params of [undefined, {}, []]) assert.deepStrictEqual(yield* decode(params), { dry_run: false })
      assert.deepStrictEqual(yield* decode({ dry_run: true }), { dry_run: true })
    }),
  )

  it.effect("of another type or name are refused, with what the method takes", () =>
    Effect.gen(function* () {
      for (const params of [{ dry_run: "yes" }, { dryRun: true }, [true]]) {
        const error = yield* Effect.flip(decode(params))
        assert.deepInclude(error, { code: -32602, data: 'this method takes {"dry_run": true}' })
      }
    }),
  )

  it.effect("are refused by a method that takes none", () =>
    Effect.gen(function* () {
      const method = withoutParams(Effect.succeed("pong"))
      for (const params of [undefined, {}, []]) assert.strictEqual(yield* method(params), "pong")
      assert.deepInclude(yield* Effect.flip(method({ a: 1 })), { data: "this method takes no parameters" })
    }),
  )
})
