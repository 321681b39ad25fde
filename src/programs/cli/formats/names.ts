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
