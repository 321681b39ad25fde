/** Tells the compositor and its release by a reply to GET_VERSION. They decide how replies are printed. Pure. */
import { field } from "./jsonValue.ts"

/** i3. All its releases print alike. */
export interface I3Release {
  readonly kind: "i3"
}

/** sway, or a fork of it. */
export interface SwayRelease {
  readonly kind: "sway"
  /** The name that it gives itself: `sway`, `scroll`. */
  readonly name: string
  /** Its swaymsg prints like that of sway 1.N; this is N, from {@link OLDEST} to {@link NEWEST}. */
  readonly minor: number
}

/** The compositor that replied. */
export type Release = I3Release | SwayRelease

/** An older sway prints as 1.7 does. */
export const OLDEST = 7

/** A newer sway prints as 1.12 does: the next development version, 1.13-dev of 2026-07-20, has the same swaymsg. */
export const NEWEST = 12

/**
 * swayfx calls itself sway 0.N. Each entry is the first of its versions (N, patch) that prints like sway 1.x (x is `sway`), by the
 * swaymsg in its sources. The newest is first.
 */
const swayfx: ReadonlyArray<readonly [minor: number, patch: number, sway: number]> = [
  [6, 0, NEWEST],
  [5, 2, 11],
  [5, 0, 10],
  [4, 0, 9],
  [2, 0, 8],
]

const whole = (value: unknown): number => (typeof value === "number" ? value : 0)

const minorOf = (version: unknown): number => {
  const major = whole(field(version, "major"))
  const minor = whole(field(version, "minor"))
  const patch = whole(field(version, "patch"))
  if (major === 1) return Math.min(Math.max(minor, OLDEST), NEWEST)
  if (major !== 0) return NEWEST
  const since = swayfx.find(([fx, fxPatch]) => minor > fx || (minor === fx && patch >= fxPatch))
  return since?.[2] ?? OLDEST
}

/** The release of a decoded or parsed reply to GET_VERSION. An unknown compositor counts as the newest sway. */
export const releaseOf = (version: unknown): Release => {
  const variant = field(version, "variant")
  const major = field(version, "major")
  if (variant === undefined && typeof major === "number") return { kind: "i3" }
  const name = typeof variant === "string" && /^[a-z][a-z0-9_-]{0,31}$/i.test(variant) ? variant : "sway"
  return { kind: "sway", name, minor: typeof major === "number" ? minorOf(version) : NEWEST }
}
