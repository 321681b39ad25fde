/** Kinds of which a newer compositor may have more. Pure. */
import * as Schema from "effect/Schema"

/** One of these words today. An editor proposes them; any other text is carried as it is. */
export type OpenKind<Known extends string> = Known | (string & {})

/** The schema of such a kind: any text decodes. */
export const openKind = <Known extends string>(): Schema.Schema<OpenKind<Known>, string> => Schema.String
