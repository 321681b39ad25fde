/**
 * Pings the other end of a connection at intervals. It uses plain timers: for hundreds of watchers they cost less than fibers.
 */

/** The time between two pings, and how long an answer may take, in milliseconds. */
const INTERVAL_MS = 30_000
const DEADLINE_MS = 2_000

/** What a pinger calls. */
export interface PingerHandlers {
  /** Sends a ping. */
  readonly ping: () => void
  /** The last ping was not answered in time. */
  readonly missed: () => void
}

/** A pinger that runs. `answered` has to be called for each answer. */
export interface Pinger {
  readonly answered: () => void
  readonly stop: () => void
}

/** Pings until `stop` is called. */
export const pinger = ({ missed, ping }: PingerHandlers): Pinger => {
  let overdue: NodeJS.Timeout | undefined
  let waiting = false
  // One turn later: if this process was stopped meanwhile, the answer may have arrived but was not read yet.
  const checkAnswer = () => setImmediate(() => waiting && missed())
  const timer = setInterval(() => {
    waiting = true
    ping()
    overdue = setTimeout(checkAnswer, DEADLINE_MS)
  }, INTERVAL_MS)
  const answered = () => {
    waiting = false
    clearTimeout(overdue)
  }
  return {
    answered,
    stop: () => {
      answered()
      clearInterval(timer)
    },
  }
}
