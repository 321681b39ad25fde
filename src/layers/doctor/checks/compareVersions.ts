/** Compares versions of i3pm. Pure. */

/** -1 if `one` is the older version, 1 if it is the newer. Text after the numbers does not count. */
export const compareVersions = (one: string, other: string): number => {
  const numbers = (text: string) => text.split("-", 1)[0]?.split(".").map(Number) ?? []
  const [mine, yours] = [numbers(one), numbers(other)]
  const at = mine.findIndex((number, index) => number !== yours[index])
  return at < 0 ? 0 : Math.sign((mine[at] ?? 0) - (yours[at] ?? 0))
}
