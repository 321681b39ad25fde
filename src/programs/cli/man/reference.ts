/** Text of the pages that comes from neither the command tree nor the settings: exit statuses, variables and files. Pure. */
import { settingKeys, settingsByKey } from "../../../layers/settings/catalogue.ts"

/** A term and its meaning. Names in the meaning are in backquotes. */
export type Entry = readonly [term: string, meaning: string]

/** Exit statuses of every command that has no list of its own below. */
export const exitStatuses: ReadonlyArray<Entry> = [
  ["0", "Done; a program that runs on was told to end."],
  ["1", "A problem was found, or the request failed."],
  ["64", "Wrong usage, or a setting that cannot be used."],
  ["70", "An internal error; for `i3pm diagnose socket-health` anything that keeps it from an answer."],
]

/** Exit statuses of `i3pm diagnose socket-health`: each stands for a state of the connection. */
export const healthStatuses: ReadonlyArray<Entry> = [
  ["0", "healthy: a reply proved the connection. With `--watch`: it was told to end, whatever the state is."],
  ["1", "stale: there is a socket, and its compositor does not answer"],
  ["2", "disconnected: there is no socket"],
  ["3", "With `--format nagios` alone: the state is unknown."],
]

/** Exit statuses of `i3pm msg`, the same as those of swaymsg(1). */
export const msgStatuses: ReadonlyArray<Entry> = [
  ["0", "The compositor has done it."],
  ["1", "The request was not sent or not answered, or the usage is wrong."],
  ["2", "The compositor refused it."],
]

/** Environment variables that i3pm reads. */
export const variables: ReadonlyArray<Entry> = [
  ...settingKeys.map((key): Entry => {
    const { meaning, variable } = settingsByKey[key]
    return [variable, `Sets \`${key}\`: ${meaning}. See i3pm-config(5).`]
  }),
  ["SWAYSOCK", "A candidate for the socket, tried before those that are found."],
  ["I3SOCK", "Another one."],
  ["XDG_RUNTIME_DIR", "Where the sockets are; `/run/user/UID` where it is not set, else `/tmp/i3pm-UID`."],
  ["XDG_CONFIG_HOME", "Where `i3pm/config.toml` and the user's units are; `~/.config` where it is not set."],
  ["NO_COLOR", "If it is set to anything, there is no colour. Into a pipe there is never any."],
  [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "Where the daemon sends its metrics, traces and logs; it sends none where this is not set. " +
      "Of OpenTelemetry's other variables those below are obeyed, and none that is for one kind of telemetry alone.",
  ],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "`http/protobuf`, which is the default, or `http/json`."],
  ["OTEL_EXPORTER_OTLP_HEADERS", "Sent with each request: `key=value,key=value`, percent-encoded."],
  ["OTEL_EXPORTER_OTLP_TIMEOUT", "Milliseconds for one request; 10000 where it is not set."],
  ["OTEL_METRIC_EXPORT_INTERVAL", "Milliseconds between two reports of the metrics; 60000 where it is not set."],
  ["OTEL_SERVICE_NAME", "The name of the service; `i3pm` where it is not set."],
  ["OTEL_RESOURCE_ATTRIBUTES", "What else is said of the daemon: `key=value,key=value`, percent-encoded."],
  ["OTEL_SDK_DISABLED", "`true` switches telemetry off."],
  ["JOURNAL_STREAM", "Set by systemd: messages then begin with their priority."],
]

/** Files and sockets. `$NAME` stands for the value of that variable. */
export const files: ReadonlyArray<Entry> = [
  ["$XDG_CONFIG_HOME/i3pm/config.toml", "The settings."],
  ["$XDG_RUNTIME_DIR/i3-project-daemon/ipc.sock", "The control socket: JSON-RPC 2.0, one request a line."],
  ["$XDG_RUNTIME_DIR/sway-ipc.UID.PID.sock", "The socket of a Sway."],
  ["$XDG_CONFIG_HOME/systemd/user/", "Where `i3pm units install` and `i3pm session bind` write units."],
]
