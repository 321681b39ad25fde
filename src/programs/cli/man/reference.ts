/** Text of the pages that is not in the command tree: exit statuses, variables and files. Pure. */
import { settingKeys, settingsByKey } from "../../../layers/settings/catalogue.ts"

/** A term and its meaning. Names in the meaning are in backquotes. */
export type Entry = readonly [term: string, meaning: string]

/** Exit statuses of every command that has no list of its own below. */
export const exitStatuses: ReadonlyArray<Entry> = [
  ["0", "Success; a program that keeps running was ended by a signal."],
  ["1", "A problem was found, or the request failed."],
  ["64", "Wrong usage, or a setting that cannot be used."],
  ["70", "An internal error; for `i3pm diagnose socket-health` also anything that prevents an answer."],
]

/** Exit statuses of `i3pm diagnose socket-health`: each stands for a state of the connection. */
export const healthStatuses: ReadonlyArray<Entry> = [
  ["0", "healthy: a reply proved the connection. With `--watch`: ended by a signal, in any state."],
  ["1", "stale: there is a socket, but nobody answers there: the compositor hangs, or has left it behind"],
  ["2", "disconnected: there is no socket"],
  ["3", "the state is unknown; only with `--format nagios`"],
]

/** Exit statuses of `i3pm msg`, the same as those of swaymsg(1). */
export const msgStatuses: ReadonlyArray<Entry> = [
  ["0", "The compositor carried out the request."],
  ["1", "The request was not sent or not answered, or the usage is wrong."],
  ["2", "The compositor refused the request."],
]

/** Environment variables that i3pm reads. */
export const variables: ReadonlyArray<Entry> = [
  ...settingKeys.map((key): Entry => {
    const { meaning, variable } = settingsByKey[key]
    return [variable, `Sets \`${key}\`: ${meaning}. See i3pm-config(5).`]
  }),
  ["SWAYSOCK", "A candidate for the socket, tried before those that are found; a daemon keeps the one in use."],
  ["I3SOCK", "A candidate, too; tried after `SWAYSOCK`."],
  ["XDG_RUNTIME_DIR", "The directory of the sockets. Default: `/run/user/UID` if it exists, else `/tmp/i3pm-UID`."],
  [
    "XDG_CONFIG_HOME",
    "The directory of `i3pm/config.toml` and of the user's units. Default: `~/.config`; also for a relative path.",
  ],
  ["NO_COLOR", "If it is set and not empty, output has no colours. Output into a pipe never has."],
  ["TERM", "`dumb`: a terminal that has no colours, and none of what `--watch` needs to draw."],
  [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "The URL that the daemon and the relay send their metrics, traces and logs to. Default: none, and nothing is sent. " +
      "A user and a password go into the headers. " +
      "Of OpenTelemetry's other variables only those below are read; those for one signal alone are ignored.",
  ],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "`http/protobuf` or `http/json`. Default: `http/protobuf`."],
  ["OTEL_EXPORTER_OTLP_HEADERS", "Headers of each request: `key=value,key=value`, percent-encoded."],
  ["OTEL_EXPORTER_OTLP_TIMEOUT", "Time limit of one request in milliseconds. Default: 10000."],
  ["OTEL_METRIC_EXPORT_INTERVAL", "Time between two exports of the metrics in milliseconds. Default: 60000."],
  ["OTEL_SERVICE_NAME", "The name of the service. Default: `i3pm`, and `i3pm-relay` for the relay."],
  ["OTEL_RESOURCE_ATTRIBUTES", "Further attributes of the program: `key=value,key=value`, percent-encoded."],
  ["OTEL_SDK_DISABLED", "`true` switches telemetry off."],
  ["JOURNAL_STREAM", "Set by systemd. Messages then begin with their priority, as the journal expects."],
]

/** Files and sockets. `$NAME` stands for the value of that variable. */
export const files: ReadonlyArray<Entry> = [
  ["$XDG_CONFIG_HOME/i3pm/config.toml", "The settings."],
  ["$XDG_RUNTIME_DIR/i3-project-daemon/ipc.sock", "The control socket: JSON-RPC 2.0, one request a line."],
  ["$XDG_RUNTIME_DIR/i3pm/relay.sock", "The socket of the relay."],
  ["$XDG_RUNTIME_DIR/i3pm/NAME/relay.sock", "A restricted one; see i3pm-config(5)."],
  ["$XDG_RUNTIME_DIR/i3pm/control.sock", "The relay's control socket: `ping` and `get_relay`."],
  ["$XDG_RUNTIME_DIR/sway-ipc.UID.PID.sock", "The socket of a Sway."],
  ["$XDG_CONFIG_HOME/systemd/user/", "Where `i3pm units install` and `i3pm session bind` write units."],
]
