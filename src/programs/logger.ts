/** Messages on stderr: for a person with the time, for the journal with their priority; the facts follow the text. */
import { fstatSync } from "node:fs"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import { Settings } from "../layers/settings/Settings.ts"
import { variable } from "../layers/system/environment.ts"
import { escapeControl, escapeMessage } from "../layers/system/escapeControl.ts"
import { moreFollow } from "../layers/system/logEach.ts"

const textOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message])
    .map(part => escapeControl(typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ")

/** `key=value`, quoted where it has more than one word, so that a line can be searched and taken apart. */
const fact = ([key, value]: readonly [string, unknown]) => {
  const text = String(value)
  const isWord = /^[^\s"]+$/.test(text) && escapeControl(text) === text
  return ` ${key}=${isWord ? text : escapeControl(JSON.stringify(text))}`
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1)

/** One line, but for a cause, whose further lines are indented: what others have written cannot look like a line of the log. */
const line = ({ annotations, cause, message }: Logger.Logger.Options<unknown>): string => {
  const facts = HashMap.toEntries(annotations).toSorted(byKey).map(fact)
  const why = Cause.isEmpty(cause) ? "" : `\n  ${escapeMessage(Cause.pretty(cause))}`
  return `${textOf(message)}${facts.join("")}${why}`
}

/** syslog(3)'s numbers, which journald takes from the start of a line (sd-daemon(3)). */
const priorityOf = (level: LogLevel.LogLevel): number => {
  if (LogLevel.greaterThanEqual(level, LogLevel.Fatal)) return 2
  if (LogLevel.greaterThanEqual(level, LogLevel.Error)) return 3
  if (LogLevel.greaterThanEqual(level, LogLevel.Warning)) return 4
  return LogLevel.greaterThanEqual(level, LogLevel.Info) ? 6 : 7
}

const forJournal = (options: Logger.Logger.Options<unknown>): string => {
  const prefix = `<${priorityOf(options.logLevel)}>`
  return line(options)
    .split("\n")
    .map(part => `${prefix}${part}\n`)
    .join("")
}

const twoDigits = (number: number) => String(number).padStart(2, "0")

/** Local time, as `toTimeString` begins: that one works out the name of the time zone as well, for each line. */
const clockTime = (date: Date) => [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":")

const forPerson = (options: Logger.Logger.Options<unknown>): string => {
  const { date, logLevel } = options
  const level = logLevel._tag === "Info" ? "" : `${logLevel.label.toLowerCase()}: `
  return `${clockTime(date)} ${level}${line(options)}\n`
}

/** True when stderr goes to the journal: `$JOURNAL_STREAM` has the device and inode of what systemd connected (systemd.exec(5)). */
export const isJournal: Effect.Effect<boolean> = Effect.gen(function* () {
  const stream = yield* variable("JOURNAL_STREAM")
  if (Option.isNone(stream)) return false
  const { dev, ino } = yield* Effect.try(() => fstatSync(2, { bigint: true }))
  return stream.value === `${dev}:${ino}`
}).pipe(Effect.orElseSucceed(() => false))

/** A write of this size is one piece in a pipe that others write to as well (PIPE_BUF, pipe(7)). */
const WHOLE = 4096

/** Writes each line at once, or together with those that are said to follow it. */
const makeWriter = () => {
  let kept = ""
  let bytes = 0
  const flush = () => {
    process.stderr.write(kept)
    kept = ""
    bytes = 0
  }
  return (text: string, more: boolean): void => {
    const size = Buffer.byteLength(text)
    if (kept !== "" && bytes + size > WHOLE) flush()
    kept += text
    bytes += size
    if (!more) flush()
  }
}

const stderrLogger = Effect.map(isJournal, journal => {
  const format = journal ? forJournal : forPerson
  const write = makeWriter()
  return Logger.make(options => write(format(options), FiberRefs.getOrDefault(options.context, moreFollow)))
})

/** The only logger from here on: `Logger.replace` would add it to one that has replaced Effect's already. */
const only = (logger: Logger.Logger<unknown, void>) =>
  Layer.scopedDiscard(Effect.locallyScoped(FiberRef.currentLoggers, HashSet.make(logger)))

/** Takes the place of Effect's logger, which writes to stdout. */
export const layer: Layer.Layer<never> = Layer.unwrapEffect(Effect.map(stderrLogger, only))

/** The same at the level that the settings have at the moment. */
export const layerBySettings: Layer.Layer<never, never, Settings> = Layer.unwrapEffect(
  Effect.gen(function* () {
    const settings = yield* Settings
    const logger = yield* stderrLogger
    const levelled = Logger.make<unknown, void>(options => {
      const { logLevel } = Effect.runSync(settings.current)
      if (LogLevel.greaterThanEqual(options.logLevel, logLevel)) logger.log(options)
    })
    return Layer.merge(only(levelled), Logger.minimumLogLevel(LogLevel.All))
  }),
)

/** Says nothing but errors: for commands whose result is all they print. */
export const layerQuiet: Layer.Layer<never> = Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Error))
