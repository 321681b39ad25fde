/** Decides what happens to a request that comes in. Pure. */
import { encodeUnbounded } from "../ipc/Frame.ts"
import { requestNames, requestTypes, swayOnlyRequests } from "../ipc/Message.ts"
import { type Dialect, refusedSubscription } from "./dialect.ts"
import type { Policy } from "./policy/Policy.ts"
import { wouldCrashSway } from "./subscriptions.ts"

/**
 * `Send`: it is sent to the compositor, as it is or as `frame`. `Unknown`: it is sent, and no reply is expected. `Answer`: the
 * relay answers; `refusal` is a message for the log, if any. `Ignore`: nothing happens, as with a type that a compositor does not
 * know.
 */
export type Intake =
  | { readonly _tag: "Send"; readonly frame: Buffer | undefined }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Answer"; readonly answer: string; readonly refusal: string | undefined }
  | { readonly _tag: "Ignore" }

const knownTypes: ReadonlySet<number> = new Set(Object.values(requestTypes))

const knownToI3: ReadonlySet<number> = new Set(
  requestNames.filter(name => !swayOnlyRequests.has(name)).map(name => requestTypes[name]),
)

/** Judges a request by the socket's policy, and refuses one that would crash the compositor. */
export const admit = (policy: Policy | undefined, dialect: Dialect, type: number, payload: Buffer): Intake => {
  const verdict = policy?.judge(type, payload, dialect)
  if (verdict?._tag === "Ignore") return verdict
  if (verdict?._tag === "Answer") return { _tag: "Answer", answer: verdict.answer, refusal: undefined }
  if (verdict?._tag === "Refuse") return { _tag: "Answer", answer: verdict.answer, refusal: verdict.why }
  const known = dialect === "i3" ? knownToI3 : knownTypes
  if (!known.has(type)) return { _tag: "Unknown" }
  if (type === requestTypes.subscribe && wouldCrashSway(payload)) {
    return { _tag: "Answer", answer: refusedSubscription(dialect), refusal: undefined }
  }
  return { _tag: "Send", frame: verdict?._tag === "Rewrite" ? encodeUnbounded(type, verdict.payload) : undefined }
}
