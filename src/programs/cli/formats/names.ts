/** The values of `--format`. */
export const formatNames = [
  "json",
  "table",
  "waybar",
  "i3bar",
  "eww",
  "polybar",
  "nagios",
  "openmetrics",
  "health+json",
] as const

/** The name of a format. */
export type FormatName = (typeof formatNames)[number]

/** The values of `--format` of `diagnose relay`. */
export const relayFormatNames = ["json", "table", "openmetrics"] as const

/** The name of a format of `diagnose relay`. */
export type RelayFormatName = (typeof relayFormatNames)[number]
