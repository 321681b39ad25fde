/** Asks again and again whether the other end still answers. Plain timers, which cost a watcher nothing that can be measured. */

/** How often to ask, and how long an answer may take, in milliseconds. */
const EVERY = 30_000
const DEADLINE = 2_000

export interface PingerHandlers {
  /** Sends one. */
  readonly ping: () => void
  /** The last one was not answered in time. */
  readonly missed: () => void
}

export interface Pinger {
  /** An answer has come. */
  readonly answered: () => void
  readonly stop: () => void
}

/** Pings until it is stopped. */
export const pinger = ({ missed, ping }: PingerHandlers): Pinger => {
  let overdue: NodeJS.Timeout | undefined
  let waiting = false
  // One turn later: the answer may be there already, where it is this process that was stopped meanwhile.
  const judge = () => setImmediate(() => waiting && missed())
  const every = setInterval(() => {
    waiting = true
    ping()
    overdue = setTimeout(judge, DEADLINE)
  }, EVERY)
  const answered = () => {
    waiting = false
    clearTimeout(overdue)
  }
  return {
    answered,
    stop: () => {
      answered()
      clearInterval(every)
    },
  }
}
