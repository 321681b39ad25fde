/** Log lines on stderr: with the time for a person, with their priority for the journal. Annotations follow the message. */
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
import { Settings } from "../../layers/settings/Settings.ts"
import { variable } from "../../layers/system/environment.ts"
import { escapeControl, escapeMessage } from "../../layers/system/escapeControl.ts"
import { moreFollow } from "../../layers/system/logEach.ts"
import { isJournalStream } from "./stderrLines.ts"

const textOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message])
    .map(part => escapeControl(typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ")

/** ` key=value`, quoted unless it is one word, so that lines can be searched and parsed. */
const annotation = ([key, value]: readonly [string, unknown]) => {
  const text = String(value)
  const isWord = /^[^\s"]+$/.test(text) && escapeControl(text) === text
  return ` ${key}=${isWord ? text : escapeControl(JSON.stringify(text))}`
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1)

/** One line. A cause may add lines; they are indented, so that text from elsewhere cannot look like a log line. */
const line = ({ annotations, cause, message }: Logger.Logger.Options<unknown>): string => {
  const facts = HashMap.toEntries(annotations).toSorted(byKey).map(annotation)
  const why = Cause.isEmpty(cause) ? "" : `\n  ${escapeMessage(Cause.pretty(cause))}`
  return `${textOf(message)}${facts.join("")}${why}`
}

/** The priority of syslog(3), which journald reads from the start of a line (sd-daemon(3)). */
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

/** Local time, without the cost of `toTimeString`, which also determines the name of the time zone. */
const clockTime = (date: Date) => [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":")

const forPerson = (options: Logger.Logger.Options<unknown>): string => {
  const { date, logLevel } = options
  const level = logLevel._tag === "Info" ? "" : `${logLevel.label.toLowerCase()}: `
  return `${clockTime(date)} ${level}${line(options)}\n`
}

/** True when stderr goes to the journal. */
export const isJournal: Effect.Effect<boolean> = Effect.map(variable("JOURNAL_STREAM"), stream =>
  isJournalStream(Option.getOrUndefined(stream)),
)

/** The most bytes of one write to a pipe that are not mixed with other writes (PIPE_BUF, pipe(7)). */
const ATOMIC_WRITE = 4096

/** Writes a line at once, or buffers it while more lines follow ({@link moreFollow}). */
const makeWriter = () => {
  let buffered = ""
  let bytes = 0
  const flush = () => {
    process.stderr.write(buffered)
    buffered = ""
    bytes = 0
  }
  return (text: string, more: boolean): void => {
    const size = Buffer.byteLength(text)
    if (buffered !== "" && bytes + size > ATOMIC_WRITE) flush()
    buffered += text
    bytes += size
    if (!more) flush()
  }
}

const stderrLogger = Effect.map(isJournal, journal => {
  const format = journal ? forJournal : forPerson
  const write = makeWriter()
  return Logger.make(options => write(format(options), FiberRefs.getOrDefault(options.context, moreFollow)))
})

/** Makes `logger` the only one. `Logger.replace` would not remove a logger that has already replaced Effect's own. */
const only = (logger: Logger.Logger<unknown, void>) =>
  Layer.scopedDiscard(Effect.locallyScoped(FiberRef.currentLoggers, HashSet.make(logger)))

/** Logs to stderr. Replaces Effect's logger, which writes to stdout. */
export const layer: Layer.Layer<never> = Layer.unwrapEffect(Effect.map(stderrLogger, only))

/** The same with the log level of the settings, which may change while the program runs. */
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

/** Logs errors only, for commands that print a result. */
export const layerQuiet: Layer.Layer<never> = Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Error))
