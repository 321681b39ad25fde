/** Facts for `i3pm doctor` on bars: where they are configured, and what starts them. */

/** The unit that distributions bring with waybar. */
export const WAYBAR_SERVICE = "waybar.service"

/** A place where a bar is configured. */
export interface BarConfig {
  readonly bar: string
  readonly path: string
  /** Whether it runs i3pm. `watches`: with `--watch`, which starts Node only once. */
  readonly use: "none" | "polls" | "watches"
}

/** A line of sway's configuration. */
export interface ConfigLine {
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}

/** A line of sway's or i3's configuration that starts a bar. */
export interface BarLine extends ConfigLine {
  /** What it starts; for i3 `swaybar` stands for i3bar. */
  readonly bar: "swaybar" | "waybar"
  /** The last line of its block; the same line for an `exec`. */
  readonly end: number
}

/** What starts a bar without the user. */
export interface BarStarts {
  /** The distribution's `waybar.service`: it runs, starts with the session, does not, must not, or is not installed. */
  readonly service: "active" | "enabled" | "disabled" | "masked" | "absent"
  readonly lines: ReadonlyArray<BarLine>
  /** The configuration itself, which includes the other files; `undefined` without one. */
  readonly main: string | undefined
  /** `$XDG_CONFIG_HOME` or its default, where the user's own configuration is. */
  readonly config: string
}
