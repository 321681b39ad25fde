import { createInterface } from "node:readline"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as EmbeddedCompositor from "../../../layers/embedded/EmbeddedCompositor.ts"
import { type Fault, type FaultError, faultUsages, parseFault } from "../../../layers/embedded/Fault.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { note, print } from "../output/output.ts"
import { usageError } from "../usage/UsageError.ts"

const fault = Options.text("fault").pipe(
  Options.withPseudoName("FAULT"),
  Options.withDescription(`Start with this fault; may be repeated. One of: ${faultUsages.join(", ")}.`),
  Options.repeated,
)

const path = Options.text("path").pipe(
  Options.withPseudoName("PATH"),
  Options.withDescription("Listen here instead of at sway's own kind of name in the runtime directory."),
  Options.optional,
)

/** One fault a line; the lines may come from a person, who is told what is wrong with one, or from a script. */
const stdinFaults: Stream.Stream<Either.Either<Fault, FaultError>> = Stream.suspend(() =>
  Stream.fromAsyncIterable(createInterface({ input: process.stdin }), () => undefined).pipe(
    Stream.catchAll(() => Stream.empty),
    Stream.filter(text => text.trim() !== ""),
    Stream.map(parseFault),
  ),
)

/** `i3pm simulate`. */
export const simulate = Command.make("simulate", { fault, path }, options =>
  Effect.gen(function* () {
    const faults = yield* Effect.mapError(Either.all(options.fault.map(parseFault)), ({ message }) =>
      usageError("BadValue", "i3pm simulate", message),
    )
    const socketPath = Option.isSome(options.path)
      ? options.path.value
      : yield* Effect.map(RuntimeDir.make, dir => `${dir.path}/sway-ipc.${dir.uid}.${process.pid}.sock`)
    const compositor = yield* EmbeddedCompositor.make({ socketPath, faults })
    yield* print(compositor.socketPath)
    yield* note(`type a fault and Enter: ${faultUsages.join(", ")}`)
    const obey = Stream.runForEach(stdinFaults, parsed =>
      Either.match(parsed, {
        onLeft: ({ message }) => note(message),
        onRight: fault => Effect.forkScoped(compositor.inject(fault)),
      }),
    )
    yield* Effect.raceFirst(Effect.zipRight(obey, Effect.never), compositor.exited)
  }).pipe(Effect.scoped),
).pipe(
  Command.withDescription(
    "Run the embedded compositor alone: a Unix server that speaks the IPC like sway 1.7, with faults on demand from stdin. " +
      "Prints its socket's path. Example: i3pm simulate --fault 'slow 200'",
  ),
)
