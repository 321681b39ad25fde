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

/** What each is for. */
export const formatMeanings: Readonly<Record<(typeof formatNames)[number], string>> = {
  json: "for scripts",
  table: "for people",
  waybar: "for waybar",
  i3bar: "for swaybar and i3bar",
  eww: "for eww",
  polybar: "for polybar",
  nagios: "for Nagios and Icinga",
  openmetrics: "for Prometheus",
  "health+json": "for health checks over HTTP",
}

/** The name of a format. */
export type FormatName = (typeof formatNames)[number]

/** The values of `--format` of `diagnose relay`. */
export const relayFormatNames = ["json", "table", "openmetrics"] as const

/** The name of a format of `diagnose relay`. */
export type RelayFormatName = (typeof relayFormatNames)[number]

/** The values of `--format` of `doctor`. */
export const doctorFormatNames = ["json", "table"] as const
