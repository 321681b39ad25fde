/** The parameters of the control socket's methods. Pure. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as JsonRpc from "./JsonRpc.ts"

/** True for no parameters; an empty object or array counts as none, too. */
const isNone = (params: unknown) => params === undefined || Object.keys(Object(params)).length === 0

/**
 * Decodes the parameters; without any, their defaults. Fails with -32602 (invalid params). `expected` says what the method takes.
 */
export const decodeParams = <A, I>(
  schema: Schema.Schema<A, I>,
  params: unknown,
  expected: string,
): Effect.Effect<A, JsonRpc.RpcError> =>
  Schema.decodeUnknown(schema, { onExcessProperty: "error" })(isNone(params) ? {} : params).pipe(
    Effect.mapError(() => JsonRpc.invalidParams(`this method takes ${expected}`)),
  )

/** A method that takes no parameters. */
export const withoutParams =
  <R>(answer: Effect.Effect<JsonRpc.Json, never, R>): JsonRpc.Method<R> =>
  params =>
    isNone(params) ? answer : Effect.fail(JsonRpc.invalidParams("this method takes no parameters"))

/** A flag that is false by default. */
export const optionalFlag = Schema.optionalWith(Schema.Boolean, { default: () => false })
