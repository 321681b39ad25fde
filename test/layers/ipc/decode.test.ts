import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { decodeJson } from "../../../src/layers/ipc/decode.ts"
import { eventSchemas } from "../../../src/layers/ipc/Event.ts"
import { eventNames, requestNames } from "../../../src/layers/ipc/Message.ts"
import { replySchemas } from "../../../src/layers/ipc/Reply.ts"
import { fixturesOf, type Recorded, recorded } from "../../support/fixtures.ts"

/** The value, or the words of the error. */
const outcome = <A, E extends { readonly message: string }>(decoded: Effect.Effect<A, E>) =>
  Either.mapLeft(Effect.runSync(Effect.either(decoded)), ({ message }) => message)

const assertSame = <A, I>(schema: Schema.Schema<A, I>, json: unknown) =>
  assert.deepStrictEqual(outcome(decodeJson(schema)(json)), outcome(Schema.decodeUnknown(schema)(json)))

interface Sample {
  readonly json: unknown
  readonly schema: Schema.Schema<unknown>
}

/** Everything that was recorded, with its schema. */
const samplesOf = (from: Recorded): ReadonlyArray<Sample> => [
  ...fixturesOf(from, "", requestNames).map(({ json, name }) => ({
    json,
    schema: Schema.make(replySchemas[name].ast),
  })),
  ...fixturesOf(from, "event-", eventNames).map(({ json, name }) => ({
    json,
    schema: Schema.make(eventSchemas[name].ast),
  })),
]

/** A place in a value, as shares of the fields of each level; there something is put that does not belong there. */
const damage = FastCheck.record({
  path: FastCheck.array(FastCheck.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  }),
  value: FastCheck.oneof(FastCheck.jsonValue(), FastCheck.constant(undefined)),
})

type Damage = typeof damage extends FastCheck.Arbitrary<infer A> ? A : never

/** A copy of the JSON with one field damaged. `undefined` takes the field away. */
const damaged = (json: unknown, { path: [share = 0, ...rest], value }: Damage): unknown => {
  if (typeof json !== "object" || json === null) return value
  const keys = Object.keys(json)
  const key = keys[Math.floor(share * keys.length)]
  if (key === undefined) return value
  const entries = Object.entries(json).flatMap(([name, field]) => {
    if (name !== key) return [[name, field]]
    const next = rest.length === 0 ? value : damaged(field, { path: rest, value })
    return next === undefined ? [] : [[name, next]]
  })
  return Array.isArray(json) ? entries.map(([, field]) => field) : Object.fromEntries(entries)
}

describe("a value that was recorded", () => {
  for (const from of recorded) {
    it(`of ${from} is decoded as by its schema`, () => {
      const samples = samplesOf(from)
      assert.isNotEmpty(samples)
      for (const { json, schema } of samples) assertSame(schema, json)
    })
  }
})

describe("any value", () => {
  it("that is damaged has the error of the schema, or is decoded as by it", () => {
    const samples = recorded.flatMap(samplesOf)
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...samples), damage, ({ json, schema }, given) => {
        assertSame(schema, damaged(json, given))
      }),
      { numRuns: 300 },
    )
  })
})

/** A list in a list in a list …, each in a struct with a field that is not listed. Calls `onRead` for each look at a `name`. */
const nested = (depth: number, onRead: () => void): Readonly<Record<string, unknown>> => ({
  unlisted: true,
  get name() {
    onRead()
    return `at ${depth}`
  },
  items: depth === 0 ? [] : [nested(depth - 1, onRead)],
})

interface Item {
  readonly name: string
  readonly items: ReadonlyArray<Item>
}

const Item: Schema.Schema<Item> = Schema.Struct({
  name: Schema.String,
  items: Schema.Array(Schema.suspend(() => Item)),
})

describe("a value", () => {
  it("whose fields are all listed is not copied", () => {
    const json = { name: "a", items: [{ name: "b", items: [] }] }
    assert.strictEqual(Effect.runSync(decodeJson(Item)(json)), json)
  })

  it("with other fields on every level is looked at once", () => {
    const depth = 12
    let reads = 0
    const decoded = Effect.runSync(decodeJson(Item)(nested(depth, () => (reads += 1))))
    assert.isAtMost(reads, 2 * (depth + 1), "looks at a field")
    assert.notProperty(decoded, "unlisted")
    assert.deepStrictEqual(Object.keys(decoded.items[0] ?? {}), ["name", "items"])
  })
})
