/** The plain decoder gives what the schema gives, for every payload that was recorded, and refuses what the schema refuses. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { eventSchemas } from "../../../src/layers/ipc/Event.ts"
import { eventNames } from "../../../src/layers/ipc/Message.ts"
import { plainDecoder } from "../../../src/layers/ipc/plainDecoder.ts"
import { misfit } from "../../../src/layers/system/shape.ts"

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url))

const recorded = fs.readdirSync(fixtures).flatMap(compositor =>
  fs
    .readdirSync(`${fixtures}/${compositor}`)
    .filter(file => file.startsWith("event-"))
    .map((file): unknown => JSON.parse(fs.readFileSync(`${fixtures}/${compositor}/${file}`, "utf8"))),
)

describe("the plain decoder", () => {
  it.each(eventNames)("agrees with the schema of %s", name => {
    const schema: Schema.Schema.AnyNoContext = eventSchemas[name]
    const plain = plainDecoder(schema)
    const bySchema = Schema.decodeUnknownEither(schema)
    assert.isDefined(plain)
    const results = [...recorded, null, [], "x", {}].map(payload => {
      const expected = Either.getOrElse(bySchema(payload), () => misfit)
      assert.deepStrictEqual<unknown>(plain?.(payload), expected)
      return expected
    })
    assert.include(results, misfit)
  })

  it("leaves schemas that change their values to Effect", () => {
    assert.isUndefined(plainDecoder(Schema.NumberFromString))
    assert.isUndefined(plainDecoder(Schema.Struct({ at: Schema.Date })))
  })
})
