/** Measures nothing: the few numbers that a series of measurements comes down to. */

/** The value that `share` (0 to 1) of all are not above: nearest rank. */
export const quantile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}

export const median = values => quantile(values, 0.5)

/** Three significant digits at most, and a unit. */
export const show = (value, unit) => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${unit}`.trim()
}
