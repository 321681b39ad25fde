/** Amounts of pixels and of percent, such as `10 px`, `10px` and `20 ppt`. Pure. */
import { isWord } from "./Outcome.ts"

/** An amount as it was written. `default`: without a unit. */
export interface Amount {
  readonly amount: number
  readonly unit: "px" | "ppt" | "default"
}

const unitOf = (word: string): Amount["unit"] | undefined =>
  (["px", "ppt", "default"] as const).find(unit => isWord(word, unit))

/** Reads an amount from the first words. `used` are how many it took; `amount` is missing if its unit is unknown. */
export const readAmount = (
  words: ReadonlyArray<string>,
): { readonly amount: Amount | undefined; readonly used: 0 | 1 | 2 } => {
  const [word, next] = words
  if (word === undefined) return { amount: undefined, used: 0 }
  const [digits = "", number] = /^\s*([+-]?\d+)/.exec(word) ?? []
  const amount = Number(number ?? 0)
  const written = word.slice(digits.length)
  if (written !== "") {
    const unit = unitOf(written)
    return { amount: unit && { amount, unit }, used: 1 }
  }
  const unit = next === undefined ? undefined : unitOf(next)
  return unit === undefined ? { amount: { amount, unit: "default" }, used: 1 } : { amount: { amount, unit }, used: 2 }
}
