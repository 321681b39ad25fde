/** Bulk logging: thousands of lines at a fraction of what they cost one by one. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as HashMap from "effect/HashMap"
import * as LogLevel from "effect/LogLevel"

/** True for a line that is followed by another at once: the logger may keep it and write both together. */
export const moreFollow: FiberRef.FiberRef<boolean> = FiberRef.unsafeMake(false)

/**
 * Logs the message once with each of the annotations, as `Effect.logInfo` with `Effect.annotateLogs` would. All lines are
 * written when it ends.
 */
export const logInfoEach = (
  message: string,
  facts: ReadonlyArray<Readonly<Record<string, unknown>>>,
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const last = yield* Effect.getFiberRefs
    if (LogLevel.greaterThan(FiberRefs.getOrDefault(last, FiberRef.currentMinimumLogLevel), LogLevel.Info)) return
    const fiberId = yield* Effect.fiberId
    const clock = yield* Effect.clock
    const loggers = FiberRefs.getOrDefault(last, FiberRef.currentLoggers)
    const spans = FiberRefs.getOrDefault(last, FiberRef.currentLogSpan)
    const common = FiberRefs.getOrDefault(last, FiberRef.currentLogAnnotations)
    const before = yield* Effect.locally(Effect.getFiberRefs, moreFollow, true)
    for (const [index, each] of facts.entries()) {
      const options = {
        fiberId,
        logLevel: LogLevel.Info,
        message: [message],
        cause: Cause.empty,
        context: index < facts.length - 1 ? before : last,
        spans,
        annotations: HashMap.mutate(common, all => {
          for (const [key, value] of Object.entries(each)) HashMap.set(all, key, value)
        }),
        date: new Date(clock.unsafeCurrentTimeMillis()),
      }
      for (const logger of loggers) logger.log(options)
    }
  })
