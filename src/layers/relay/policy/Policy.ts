/** What a relay socket lets through. Pure. */
import type { Dialect } from "../dialect.ts"

/**
 * What happens with a request. `Pass`: it goes on as it is. `Rewrite`: this payload goes on in its place. `Refuse`: `answer` is the
 * reply, and `why` is for the log. `Answer`: the relay answers, and nothing was refused. `Ignore`: there is no reply, as for a type
 * that the compositor does not know.
 */
export type Verdict =
  | { readonly _tag: "Pass" }
  | { readonly _tag: "Rewrite"; readonly payload: string }
  | { readonly _tag: "Refuse"; readonly answer: string; readonly why: string }
  | { readonly _tag: "Answer"; readonly answer: string }
  | { readonly _tag: "Ignore" }

/** Judges the requests of the clients of one socket. */
export interface Policy {
  readonly judge: (type: number, payload: Buffer, dialect: Dialect) => Verdict
  /** False for the type of an event, as on the wire, that these clients never get. */
  readonly allowsEvent: (type: number) => boolean
}
