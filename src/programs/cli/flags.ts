/** Options that more than one command has. */
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"
import type { RawSettings } from "../../layers/settings/Settings.ts"

/** `--socket PATH`. */
export const socket = Options.text("socket").pipe(
  Options.withPseudoName("PATH"),
  Options.withDescription("Use this socket and no other."),
  Options.optional,
)

/** `--json` of a command that prints the same into a pipe as on a terminal; `meaning` says what it does there. */
export const jsonThat = (meaning: string) => Options.boolean("json").pipe(Options.withDescription(meaning))

/** `--json`, which is also what goes to a pipe. */
export const json = jsonThat("Print JSON, as is done for a pipe, instead of text for a person.")

/** `--log-level LEVEL`, for commands that run on. */
export const logLevel = Options.choice("log-level", ["error", "warning", "info", "debug", "trace"]).pipe(
  Options.withAlias("l"),
  Options.withDescription("Print messages of this level and above to stderr (default: info)."),
  Options.optional,
)

/** The given flags as settings. */
export const toSettings = (flags: {
  readonly socket?: Option.Option<string>
  readonly logLevel?: Option.Option<string>
}): RawSettings => ({
  socket: Option.getOrUndefined(flags.socket ?? Option.none()),
  log_level: Option.getOrUndefined(flags.logLevel ?? Option.none()),
})
