/** The directory with this user's sockets. It is checked before anything is read from it or written to it. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { currentUid } from "./currentUid.ts"
import { variable } from "./environment.ts"
import { controlSocketPathIn, type RuntimeDirResult, runtimeDirOf } from "./runtimeDirOf.ts"

/** Why a runtime directory is not used. */
type Refusal = Extract<RuntimeDirResult, { ok: false }>

/**
 * The runtime directory is missing or cannot be trusted. `owner` is its uid, `mode` its permission bits, where known.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import { Sway } from "i3pm"
 *
 * // With a socket that the user has named no directory is needed.
 * const layer = Layer.catchAll(Sway.layer, error =>
 *   error._tag === "RuntimeDirError" ? Sway.layerFrom({ socket: "/run/sway.sock" }) : Layer.fail(error),
 * )
 */
export class RuntimeDirError extends Data.TaggedError("RuntimeDirError")<{
  readonly reason: Refusal["reason"]
  readonly path: string
  readonly owner: number | undefined
  readonly mode: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

/** The runtime directory of this process's user. */
export class RuntimeDir extends Context.Tag("i3pm/RuntimeDir")<
  RuntimeDir,
  {
    /** Absolute, without a slash at the end, unless there is a `refusal`. */
    readonly path: string
    /** The uid of this process, whose directory it is. */
    readonly uid: number
    /** `<path>/i3-project-daemon/ipc.sock`. */
    readonly controlSocketPath: string
    /** Why it must not be used in any way; only {@link layerUnlessNamed} gives one. */
    readonly refusal?: RuntimeDirError | undefined
  }
>() {}

const resultOf = (uid: number) =>
  Effect.map(variable("XDG_RUNTIME_DIR"), configured => runtimeDirOf(Option.getOrUndefined(configured), uid))

/** Checks the directory. */
export const make = Effect.gen(function* () {
  const uid = currentUid()
  const result = yield* resultOf(uid)
  if (!result.ok) return yield* new RuntimeDirError(result)
  return RuntimeDir.of({ path: result.path, uid, controlSocketPath: controlSocketPathIn(result.path) })
})

/** Fails if the directory is refused. */
export const layer: Layer.Layer<RuntimeDir, RuntimeDirError> = Layer.effect(RuntimeDir, make)

/** What helps where the directory is refused. */
export const NAME_IT = "or name the socket in SWAYSOCK"

/**
 * For a command that only connects: if the user has named a socket (`isNamed`), a refused directory does not fail, but comes
 * with its `refusal`. The named socket is then judged by its own owner.
 */
export const layerUnlessNamed = <R>(
  isNamed: Effect.Effect<boolean, never, R>,
): Layer.Layer<RuntimeDir, RuntimeDirError, R> =>
  Layer.effect(
    RuntimeDir,
    Effect.gen(function* () {
      const uid = currentUid()
      const result = yield* resultOf(uid)
      if (result.ok) return yield* make
      const refusal = new RuntimeDirError(result)
      if (!(yield* isNamed)) {
        const message = `${refusal.message}; ${NAME_IT}`
        return yield* new RuntimeDirError({ ...result, message })
      }
      return RuntimeDir.of({ path: result.path, uid, controlSocketPath: controlSocketPathIn(result.path), refusal })
    }),
  )
