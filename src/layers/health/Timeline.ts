/** The time spent in each status and the last changes between them. Pure. */
import type { HealthStatus } from "./HealthState.ts"

/** One change of the status. */
export interface Transition {
  /** For people: milliseconds since the epoch. */
  readonly at: number
  readonly from: HealthStatus
  readonly to: HealthStatus
  /** How long the status `from` had lasted, in milliseconds. */
  readonly lasted: number
  /** Why, in one sentence. */
  readonly reason: string
}

/** One moment on two clocks, in milliseconds: the wall clock for people, a monotonic one for measuring. */
export interface Moment {
  readonly wall: number
  readonly tick: number
}

/** A value: every change makes a new one. */
export interface Timeline {
  readonly status: HealthStatus
  /** When `status` began, on the monotonic clock. */
  readonly since: number
  /** Milliseconds in each status up to `since`. */
  readonly spent: Readonly<Record<HealthStatus, number>>
  /** The last {@link MAX_TRANSITIONS}, the oldest first. */
  readonly transitions: ReadonlyArray<Transition>
}

/** The number of changes that are kept: about 10 KiB, and more than a person reads. */
export const MAX_TRANSITIONS = 64

/** A timeline that starts now. */
export const begin = (status: HealthStatus, now: Moment): Timeline => ({
  status,
  since: now.tick,
  spent: { healthy: 0, stale: 0, disconnected: 0 },
  transitions: [],
})

/** Milliseconds in each status up to `tick`, on the monotonic clock. */
export const spentUntil = (timeline: Timeline, tick: number): Timeline["spent"] => ({
  ...timeline.spent,
  [timeline.status]: timeline.spent[timeline.status] + Math.max(0, tick - timeline.since),
})

/** The timeline after an observation; the same object if the status has not changed. */
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
