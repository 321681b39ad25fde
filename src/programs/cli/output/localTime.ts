/** Times for a person: in the zone of this process, which is written beside each. Pure but for that zone. */

const two = (number: number) => String(number).padStart(2, "0")

/** The zone at a time, in milliseconds since the epoch: `UTC`, or the offset, as `+02:00`. */
export const zoneAt = (at: number): string => {
  const minutes = -new Date(at).getTimezoneOffset()
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return minutes === 0 ? "UTC" : `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`
}

/** The time of day, without its zone: `14:03:09`. */
export const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8)

/** `2026-11-24 14:03:09 +01:00`; `at` is in milliseconds since the epoch. */
export const localTime = (at: number): string => {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(at)} ${zoneAt(at)}`
}

/** The text with its times, which are in UTC as ISO 8601 has them, in this form. */
export const withLocalTimes = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, time => localTime(Date.parse(time)))
