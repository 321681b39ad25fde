/** `i3pm simulate`: the embedded compositor alone, with faults that are typed on stdin. */
import { createInterface } from "node:readline"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import * as EmbeddedCompositor from "../../../layers/embedded/EmbeddedCompositor.ts"
import { type Fault, type FaultError, parseFault } from "../../../layers/embedded/Fault.ts"
import { faultUsages } from "../../../layers/embedded/faultUsages.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { simulate as definition } from "../catalogue/daemon.ts"
import { note, print } from "../output/output.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/** The faults that are typed on stdin, one in each line. A wrong line gives an error and does not end the stream. */
const stdinFaults: Stream.Stream<Either.Either<Fault, FaultError>> = Stream.suspend(() =>
  Stream.fromAsyncIterable(createInterface({ input: process.stdin }), () => undefined).pipe(
    Stream.catchAll(() => Stream.empty),
    Stream.filter(text => text.trim() !== ""),
    Stream.map(parseFault),
  ),
)

/** `i3pm simulate`. */
export const simulate = on(definition, options =>
  Effect.gen(function* () {
    const faults = yield* Effect.mapError(Either.all(options.fault.map(parseFault)), ({ message }) =>
      usageError("BadValue", "i3pm simulate", message),
    )
    if (options.path === "") {
      return yield* usageError("BadValue", "i3pm simulate", '--path must be the path of a socket, not ""')
    }
    const socketPath =
      options.path ?? (yield* Effect.map(RuntimeDir.make, dir => `${dir.path}/sway-ipc.${dir.uid}.${process.pid}.sock`))
    const compositor = yield* EmbeddedCompositor.make({
      socketPath,
      faults,
      desktop: options.empty ? "empty" : "sample",
    })
    yield* print(compositor.socketPath)
    yield* note(`type a fault, then Enter: ${faultUsages.join(", ")}`)
    const injectAll = Stream.runForEach(stdinFaults, parsed =>
      Either.match(parsed, {
        onLeft: ({ message }) => note(message),
        onRight: fault => Effect.forkScoped(compositor.inject(fault)),
      }),
    )
    yield* Effect.raceFirst(Effect.zipRight(injectAll, Effect.never), compositor.exited)
  }).pipe(Effect.scoped),
)
