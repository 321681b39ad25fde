/** The faults of the embedded compositor, and how they are written on a command line. Pure. */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { type EventName, eventNames } from "../ipc/Message.ts"
import { type FaultName, faultUsages } from "./faultUsages.ts"

/** A fault without fields. */
type Nothing = Record<never, never>

/**
 * A fault.
 *
 * Until `Normal`: `Hang` (accepts connections and neither reads nor writes, like a stopped process), `Slow` (each reply so many
 * milliseconds late), `Split` (writes of so many bytes), `RefuseSubscriptions`.
 * For the next reply: `Garbage` (bytes that are not a frame), `Truncate` (half a frame, then end-of-file).
 * At once: `Flood` (so many events to their subscribers), `Drop` (closes every connection), `Unlink` (removes the socket file),
 * `Crash` (like SIGKILL: the socket file stays), `Exit` (the socket file is removed).
 * `Resume` ends a `Hang`. `Normal` ends every fault that lasts.
 *
 * @example
 * import { Fault, startCompositor } from "i3pm/testing"
 *
 * await using compositor = await startCompositor({ faults: [Fault.Slow({ milliseconds: 20 })] })
 * await compositor.inject(Fault.Normal())
 * await compositor.inject(Fault.Flood({ count: 10_000, event: "window" }))
 * await compositor.inject(Fault.Crash())
 */
export type Fault = Data.TaggedEnum<{
  Hang: Nothing
  Resume: Nothing
  Slow: { readonly milliseconds: number }
  Split: { readonly bytes: number }
  RefuseSubscriptions: Nothing
  Garbage: Nothing
  Truncate: Nothing
  Flood: { readonly count: number; readonly event: EventName }
  Drop: Nothing
  Unlink: Nothing
  Crash: Nothing
  Exit: Nothing
  Normal: Nothing
}>

/** Constructors and matchers of faults. */
export const Fault = Data.taggedEnum<Fault>()

/**
 * A text that is not a fault. `Unknown`: no such fault. `BadArgument`: an argument is missing, wrong or too many.
 *
 * @example
 * import * as Either from "effect/Either"
 * import { FaultError, parseFault } from "i3pm/testing"
 *
 * const parsed = parseFault("slow")
 * if (Either.isLeft(parsed)) console.log(parsed.left instanceof FaultError, parsed.left.reason) // true BadArgument
 */
export class FaultError extends Data.TaggedError("FaultError")<{
  readonly reason: "Unknown" | "BadArgument"
  readonly message: string
}> {}

/** The limits of `slow`, `split` and `flood`. */
const MAX_MILLISECONDS = 3_600_000
const MAX_BYTES = 1_048_576
const MAX_EVENTS = 1_000_000

type Parser = (args: ReadonlyArray<string>) => Fault | undefined

const without =
  (fault: Fault): Parser =>
  args =>
    args.length === 0 ? fault : undefined

const count = (text: string | undefined, least: number, most: number) => {
  const value = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

const isEvent = (text: string): text is EventName => eventNames.some(name => name === text)

const slow: Parser = ([text, ...more]) => {
  const milliseconds = count(text, 0, MAX_MILLISECONDS)
  return milliseconds === undefined || more.length > 0 ? undefined : Fault.Slow({ milliseconds })
}

const split: Parser = ([text, ...more]) => {
  const bytes = count(text, 1, MAX_BYTES)
  return bytes === undefined || more.length > 0 ? undefined : Fault.Split({ bytes })
}

const flood: Parser = ([text, event = "window", ...more]) => {
  const events = count(text, 1, MAX_EVENTS)
  return events === undefined || !isEvent(event) || more.length > 0 ? undefined : Fault.Flood({ count: events, event })
}

const parsers: Readonly<Record<FaultName, Parser>> = {
  hang: without(Fault.Hang()),
  resume: without(Fault.Resume()),
  slow: slow,
  split: split,
  "refuse-subscriptions": without(Fault.RefuseSubscriptions()),
  garbage: without(Fault.Garbage()),
  truncate: without(Fault.Truncate()),
  flood: flood,
  drop: without(Fault.Drop()),
  unlink: without(Fault.Unlink()),
  crash: without(Fault.Crash()),
  exit: without(Fault.Exit()),
  normal: without(Fault.Normal()),
}

const isFault = (name: string): name is FaultName => Object.hasOwn(parsers, name)

/** How a fault with this name is written. */
const usageOf = (name: FaultName) => faultUsages.find(usage => usage.split(" ")[0] === name) ?? name

/**
 * Parses a fault as a user types it: `slow 200`, `flood 10000 tick`. Case and extra spaces do not matter.
 *
 * @example
 * import * as Either from "effect/Either"
 * import { parseFault } from "i3pm/testing"
 *
 * const fault = Either.getOrThrow(parseFault("slow 200"))
 */
export const parseFault = (text: string): Either.Either<Fault, FaultError> => {
  const [name = "", ...args] = text.trim().toLowerCase().split(/\s+/)
  if (!isFault(name)) {
    const message = `unknown fault "${name}"; the faults are: ${faultUsages.join(", ")}`
    return Either.left(new FaultError({ reason: "Unknown", message }))
  }
  const fault = parsers[name](args)
  if (fault !== undefined) return Either.right(fault)
  const message = `wrong arguments in "${text.trim()}": write it as ${usageOf(name)}`
  return Either.left(new FaultError({ reason: "BadArgument", message }))
}
