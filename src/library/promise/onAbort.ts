/**
 * Listens to signals of callers. A service gives one signal to all that it waits for, and from the eleventh listener on Node warns of a leak: so
 * each signal has one listener.
 */

interface Listening {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const signals = new WeakMap<AbortSignal, Listening>()

const listen = (signal: AbortSignal): Listening => {
  const callbacks = new Set<() => void>()
  const listener = () => {
    signals.delete(signal)
    for (const callback of callbacks) callback()
  }
  signal.addEventListener("abort", listener, { once: true })
  const listening = { callbacks, listener }
  signals.set(signal, listening)
  return listening
}

/** Calls `callback` once, when the signal aborts. The result takes it back. */
export const onAbort = (signal: AbortSignal | undefined, callback: () => void): (() => void) => {
  if (signal === undefined) return () => {}
  const { callbacks, listener } = signals.get(signal) ?? listen(signal)
  // A function of its own: the same callback may be given twice.
  const called = () => callback()
  callbacks.add(called)
  return () => {
    if (!callbacks.delete(called) || callbacks.size > 0) return
    signal.removeEventListener("abort", listener)
    signals.delete(signal)
  }
}
