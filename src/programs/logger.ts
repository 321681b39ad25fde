/** Messages for people, on stderr: the time, the level where it is not the usual one, the text, the facts. */
import * as Cause from "effect/Cause"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"

const textOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message])
    .map(part => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ")

const stderrLogger = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  const time = date.toTimeString().slice(0, 8)
  const level = logLevel._tag === "Info" ? "" : `${logLevel.label.toLowerCase()}: `
  const facts = HashMap.toEntries(annotations).map(([key, value]) => ` ${key}=${String(value)}`)
  const why = Cause.isEmpty(cause) ? "" : `\n${Cause.pretty(cause)}`
  process.stderr.write(`${time} ${level}${textOf(message)}${facts.join("")}${why}\n`)
})

/** Replaces Effect's logger, which writes to stdout. */
export const layer: Layer.Layer<never> = Logger.replace(Logger.defaultLogger, stderrLogger)

/** Says nothing but errors: for commands whose result is all they print. */
export const layerQuiet: Layer.Layer<never> = Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Error))
