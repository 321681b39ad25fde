/**
 * Protects values from `@effect/cli` 0.77: it trims the values of a repeated option, drops empty ones, reads `true` after a flag
 * as the flag's value, and answers `--help` and `--version` wherever they are. Pure.
 */
import type { ValueSpec } from "./valueSpec.ts"

/** Puts an equals sign on both sides of a value. A value that is one of a few allowed words needs none. */
export const wrapped = ({ choices }: ValueSpec, value: string): string => (choices.length === 0 ? `=${value}=` : value)

/** The value between the two equals signs. */
export const unwrapped = (text: string): string => text.slice(1, -1)
