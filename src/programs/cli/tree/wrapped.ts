/**
 * Values on their way through `@effect/cli` 0.77, which trims those of a repeated option, drops empty ones, reads `true` behind a
 * flag as its value, and takes `--help` and `--version` for its own wherever they stand. Pure.
 */
import type { ValueSpec } from "./define.ts"

/** With a mark on each side, but for one of a few known words. */
export const wrapped = ({ choices }: ValueSpec, value: string): string => (choices.length === 0 ? `=${value}=` : value)

/** The value between the marks. */
export const unwrapped = (text: string): string => text.slice(1, -1)
