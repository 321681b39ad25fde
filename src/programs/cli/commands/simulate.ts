/** `i3pm simulate`: the embedded compositor alone, with faults that are typed on stdin. */
import { createInterface, type Interface } from "node:readline"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import * as EmbeddedCompositor from "../../../layers/embedded/EmbeddedCompositor.ts"
import { type Fault, type FaultError, parseFault } from "../../../layers/embedded/Fault.ts"
import { faultUsages } from "../../../layers/embedded/faultUsages.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { simulate as definition } from "../catalogue/daemon.ts"
import { isForeground } from "../foreground.ts"
import { note, print } from "../output/output.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/** Milliseconds between two looks, while stdin is a terminal. */
const LOOK = 300

/**
 * The lines of stdin. Of a terminal they are read in the foreground only: in the background the system stops a process that reads it (SIGTTIN),
 * and with it the compositor. A shell that brings a running job into the foreground sends no signal, so it is looked at again and again.
 */
const stdinLines: Stream.Stream<string> = Stream.asyncScoped<string>(emit =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const isTyped = process.stdin.isTTY === true
      let lines: Interface | undefined
      const open = () => {
        const end = () => void emit.end()
        return createInterface({ input: process.stdin })
          .on("line", line => void emit.single(line))
          .on("error", end)
          .on("close", end)
      }
      const look = () => {
        if (isTyped && !isForeground()) lines?.pause()
        else if (lines === undefined) lines = open()
        else lines.resume()
      }
      look()
      const looking = isTyped ? setInterval(look, LOOK) : undefined
      process.on("SIGCONT", look)
      return () => {
        clearInterval(looking)
        process.off("SIGCONT", look)
        lines?.close()
      }
    }),
    close => Effect.sync(close),
  ),
)

/** The faults that are typed on stdin, one in each line. A wrong line gives an error and does not end the stream. */
const stdinFaults: Stream.Stream<Either.Either<Fault, FaultError>> = stdinLines.pipe(
  Stream.filter(text => text.trim() !== ""),
  Stream.map(parseFault),
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
