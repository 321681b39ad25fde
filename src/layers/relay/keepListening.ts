/** Keeps a relay socket in place: it listens, and listens again if the socket file was removed or replaced. */
import type { Socket } from "node:net"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { ListenError } from "../control/listening.ts"
import type { KernelSockets } from "../system/KernelSockets.ts"
import type { ProcessTable } from "../system/ProcessTable.ts"
import type { UnixSocket } from "../system/UnixSocket.ts"
import { claimPath } from "./claimPath.ts"
import type { RelayPathError } from "./pathUse.ts"
import { listenAt, type RelayListener } from "./RelayListener.ts"

/** A path, and who connects there. */
export interface ListenOptions {
  readonly path: string
  readonly onClient: (socket: Socket) => void
  /** Called once if another process listens at the path. `who` is a noun phrase. */
  readonly onTaken: (who: string) => Effect.Effect<void>
}

/** Listens until the scope closes. Waits while another process does. */
export type Listen = (
  options: ListenOptions,
) => Effect.Effect<RelayListener, RelayPathError | ListenError, Scope.Scope | UnixSocket | KernelSockets | ProcessTable>

/** Listens at a path that nobody else uses. */
export const listenAlone: Listen = ({ onClient, onTaken, path }) =>
  Effect.zipRight(claimPath(path, onTaken), listenAt(path, onClient))

/** `Listening`: new clients reach this relay. `Waiting`: `who`, a noun phrase, listens at the path. `Failed`: it cannot listen. */
export type ListenState =
  | { readonly _tag: "Starting" }
  | { readonly _tag: "Listening" }
  | { readonly _tag: "Waiting"; readonly who: string }
  | { readonly _tag: "Failed"; readonly message: string }

/** What to keep in place. */
export interface KeepOptions {
  readonly path: string
  readonly listen: Listen
  readonly onClient: (socket: Socket) => void
  /** Called for each change. */
  readonly onState: (state: ListenState) => Effect.Effect<void>
}

/**
 * The time between two looks at the socket file: one `stat`. While the file is missing, a compositor that is started with SWAYSOCK
 * set to it takes the path.
 */
const LOOK = Duration.seconds(1)

/** Returns when the socket file is gone or another one. A plain loop: a schedule would cost several times as much, every second. */
const untilReplaced = (listener: RelayListener): Effect.Effect<void> =>
  Effect.sleep(LOOK).pipe(
    Effect.zipRight(listener.isInPlace),
    Effect.flatMap(inPlace => (inPlace ? untilReplaced(listener) : Effect.void)),
  )

/** The wait after a failure to listen again: what is in the way may be moved away. */
const againSchedule = Schedule.spaced(Duration.seconds(5))

/** Listens once, until the socket file is replaced. */
const listenOnce = ({ listen, onClient, onState, path }: KeepOptions) =>
  Effect.scoped(
    Effect.gen(function* () {
      const onTaken = (who: string) => onState({ _tag: "Waiting", who })
      const listener = yield* listen({ path, onClient, onTaken })
      yield* onState({ _tag: "Listening" })
      yield* untilReplaced(listener)
      yield* Effect.logWarning(`${path} was removed or replaced: the relay listens there again`)
    }),
  )

/**
 * Never ends by itself: what goes wrong is told as a state, and it tries again. Only with `isFirst` it fails if the path cannot be
 * used at the first attempt. Clients that are connected stay connected.
 */
export const keepListening = (
  options: KeepOptions,
  isFirst: boolean,
): Effect.Effect<never, RelayPathError | ListenError, UnixSocket | KernelSockets | ProcessTable> => {
  const once = listenOnce(options)
  const again = once.pipe(
    Effect.tapError(({ message }) => options.onState({ _tag: "Failed", message })),
    Effect.retry(againSchedule),
    Effect.forever,
  )
  return isFirst ? Effect.zipRight(once, again) : again
}
