/** Which states health has been in, since when, and the last changes. Pure. */
import type { HealthStatus } from "./HealthState.ts"

/** One change of state. */
export interface Transition {
  /** For people: milliseconds since the epoch. */
  readonly at: number
  readonly from: HealthStatus
  readonly to: HealthStatus
  /** How long `from` had lasted, in milliseconds. */
  readonly lasted: number
  /** Why, in one sentence. */
  readonly reason: string
}

/** A moment twice: of the wall clock for people, of a monotonic one for measuring; both in milliseconds. */
export interface Moment {
  readonly wall: number
  readonly tick: number
}

export interface Timeline {
  readonly status: HealthStatus
  /** When `status` began, on the monotonic clock. */
  readonly since: number
  /** Milliseconds in each state up to `since`. */
  readonly spent: Readonly<Record<HealthStatus, number>>
  /** The last {@link MAX_TRANSITIONS}, the oldest first. */
  readonly transitions: ReadonlyArray<Transition>
}

/** Changes that are remembered: some ten kilobytes, and more than a person reads. */
export const MAX_TRANSITIONS = 64

export const begin = (status: HealthStatus, now: Moment): Timeline => ({
  status,
  since: now.tick,
  spent: { healthy: 0, stale: 0, disconnected: 0 },
  transitions: [],
})

/** Milliseconds in each state up to now. */
export const spentUntil = (timeline: Timeline, tick: number): Timeline["spent"] => ({
  ...timeline.spent,
  [timeline.status]: timeline.spent[timeline.status] + Math.max(0, tick - timeline.since),
})

/** The timeline with what is the state now; the same one where the state is. */
export const observe = (timeline: Timeline, status: HealthStatus, now: Moment, reason: string): Timeline => {
  if (status === timeline.status) return timeline
  const lasted = Math.max(0, now.tick - timeline.since)
  const transition = { at: now.wall, from: timeline.status, to: status, lasted, reason }
  return {
    status,
    since: now.tick,
    spent: spentUntil(timeline, now.tick),
    transitions: [...timeline.transitions, transition].slice(-MAX_TRANSITIONS),
  }
}
