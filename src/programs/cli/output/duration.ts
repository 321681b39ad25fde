/** Lengths of time for a person. Pure. */

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const

/** A latency: `0.42 ms`; `-` if it was not measured. */
export const milliseconds = (value: number | null): string => (value === null ? "-" : `${value.toFixed(2)} ms`)

/** Seconds in the two largest units: `3 d 4 h`, `12 min 5 s`, `7 s`; below ten seconds with a tenth: `0.4 s`. */
export const duration = (seconds: number): string => {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  const first = units.findIndex(([, size]) => whole >= size)
  return units
    .slice(first, first + 2)
    .map(
      ([name, size], index) =>
        [index === 0 ? Math.floor(whole / size) : Math.floor((whole % (units[first]?.[1] ?? 1)) / size), name] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(" ")
}
