/** Fields that a compositor may leave out or send as null, as sway does. Pure. */
import * as Schema from "effect/Schema"

/** A text, null or nothing. Also for kinds, modes and states: a newer compositor may have more of them. */
export const optionalString = Schema.optional(Schema.NullOr(Schema.String))

/** A number, null or nothing. */
export const optionalNumber = Schema.optional(Schema.NullOr(Schema.Number))

/** True, false, null or nothing. */
export const optionalBoolean = Schema.optional(Schema.NullOr(Schema.Boolean))

/** A list of texts, null or nothing. */
export const optionalStrings = Schema.optional(Schema.NullOr(Schema.Array(Schema.String)))

/** Numbers by name, null or nothing: gaps, for example. */
export const optionalNumbers = Schema.optional(
  Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Number })),
)
