/** A small graph of numbers in one line of text. Pure. */

const BARS = "▁▂▃▄▅▆▇█"

/** A graph of the last values that fit, with one character for each. The highest value is a full block. */
export const sparkline = (values: ReadonlyArray<number>, width: number): string => {
  const shown = values.slice(-Math.max(0, width))
  const highest = Math.max(...shown, Number.MIN_VALUE)
  return shown.map(value => BARS[Math.min(BARS.length - 1, Math.floor((value / highest) * BARS.length))]).join("")
}
